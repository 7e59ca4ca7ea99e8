"""The disruption controller: keeps what each PodDisruptionBudget allows, for the eviction API to ask.

After pkg/controller/disruption/disruption.go. Evictions themselves are the API server's affair (apiserver/eviction.py).
"""

from playground.kube.controllers.disruption.controller import DisruptionController

__all__ = ["DisruptionController"]
