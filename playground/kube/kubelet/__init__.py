"""The kubelets of all nodes: their machines, pods, probes, and what they report of themselves."""
