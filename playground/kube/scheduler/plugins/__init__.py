"""The default plugins of kube-scheduler v1.36, one file each, listed in registry.py. Rules only; cycle.py runs them."""
