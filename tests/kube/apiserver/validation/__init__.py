"""Tests of the rules of each kind."""
