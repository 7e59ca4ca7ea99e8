"""Amounts in behaviours and commands."""

import math

import pytest

from playground.kube.runtime import amounts


def test_times_sizes_and_cores_are_read() -> None:
    assert amounts.seconds("1m30s") == 90
    assert amounts.seconds("10ms") == 0.01
    assert amounts.seconds("5") == 5
    assert amounts.seconds("infinity") == math.inf
    assert amounts.size("64Mi") == 64 << 20
    assert amounts.size("10M") == 10_000_000
    assert amounts.cores("500m") == 0.5


@pytest.mark.parametrize("text", ["", "abc", "10x", "1.2.3s"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    for reads in (amounts.seconds, amounts.size, amounts.cores):
        with pytest.raises(ValueError, match="write"):
            reads(text)
