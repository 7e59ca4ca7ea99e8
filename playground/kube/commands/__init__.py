"""What `python -m playground.kube` can do, one module per command; the library itself never imports from here."""
