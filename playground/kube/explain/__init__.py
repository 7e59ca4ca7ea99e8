"""Explanations of what the scheduler did with a pod, and the smallest change that would place it.

`explain` reads the store and the scheduler and writes nothing; it may be asked at any time.
"""

from playground.kube.explain.changes import Change, Kind, Operation, Step, Where
from playground.kube.explain.explaining import explain
from playground.kube.explain.explanation import Explanation, Loser, Winner

__all__ = ["Change", "Explanation", "Kind", "Loser", "Operation", "Step", "Where", "Winner", "explain"]
