"""Tests of the commands of `python -m playground.kube`."""
