"""A small kubectl: `run(handle, ["get", "pods"], files)` makes requests of commands and prints as kubectl v1.37."""

from playground.kube.kubectl.program import Result, run

__all__ = ["Result", "run"]
