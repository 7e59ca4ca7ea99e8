"""kube-controller-manager: one small program for each thing that is wanted, all built on client/."""
