"""Properties of whole clusters: all controllers, kubelets, traffic and faults at once, in random stories."""
