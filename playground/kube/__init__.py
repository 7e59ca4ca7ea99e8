"""A simulated Kubernetes: API server, store and scheduler on a virtual clock; no framework, no I/O, no wall time."""
