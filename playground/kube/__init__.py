"""A simulated Kubernetes: API server, store and scheduler on a virtual clock; no framework, no I/O, no wall time.

    from playground.kube import Cluster

docs/kube.md is the way in. Who may call it: anybody; it calls nobody outside this package.
"""

from playground.kube.apply import Applied
from playground.kube.cluster import Cluster
from playground.kube.errors import ApiError
from playground.kube.manifests import ManifestError

__all__ = ["ApiError", "Applied", "Cluster", "ManifestError"]
