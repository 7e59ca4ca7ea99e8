"""What the programs of the control plane share, as client-go and controller-runtime do: caches, queues, pod helpers."""
