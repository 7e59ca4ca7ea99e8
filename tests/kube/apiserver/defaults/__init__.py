"""Tests of what the API server fills in."""
