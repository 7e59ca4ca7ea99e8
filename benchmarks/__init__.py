"""Figures against a baseline, all of one run: `make bench`."""
