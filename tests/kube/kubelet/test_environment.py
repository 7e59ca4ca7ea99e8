"""Filling in variables."""

import pytest

from playground.kube.kubelet.environment import expand


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("plain", "plain"),
        ("$(A)-$(B)", "1-2"),
        ("$(C)", "$(C)"),
        ("$$(A)", "$(A)"),
        ("$$$(A)", "$1"),
        ("$A", "$A"),
        ("$(A", "$(A"),
        ("cost: 5$", "cost: 5$"),
    ],
)
def test_known_names_in_brackets_are_filled_in(text: str, filled: str) -> None:
    assert expand(text, {"A": "1", "B": "2"}) == filled
