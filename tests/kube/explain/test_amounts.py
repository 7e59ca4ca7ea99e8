"""Amounts are told as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.kube.explain import amounts

MI = 1 << 20


@pytest.mark.parametrize(
    ("resource", "amount", "expected"),
    [
        ("cpu", 300, "300m CPU"),
        ("cpu", 2000, "2 CPU"),
        ("memory", 1536 * MI, "1536Mi memory"),
        ("memory", 4096 * MI, "4Gi memory"),
        ("memory", 1_000_000_000, "1G memory"),
        ("memory", 8_181_399_552, "about 7802Mi memory"),
        ("nvidia.com/gpu", 2, "2 nvidia.com/gpu"),
    ],
)
def test_an_amount_is_named_with_its_resource(resource: str, amount: int, expected: str) -> None:
    assert amounts.named(resource, amount) == expected


@pytest.mark.parametrize(
    ("resource", "amount", "expected"),
    [
        ("cpu", 300, 300),
        ("cpu", 337, 330),
        ("cpu", 1950, 1900),
        ("cpu", 4100, 4000),
        ("memory", 1000 * MI, 960 * MI),
        ("memory", 4096 * MI, 4096 * MI),
        ("nvidia.com/gpu", 3, 3),
        ("cpu", 0, 0),
    ],
)
def test_an_amount_is_rounded_down_to_one_that_is_pleasant_to_type(resource: str, amount: int, expected: int) -> None:
    assert amounts.round_down(resource, amount) == expected


@given(st.sampled_from(["cpu", "memory", "nvidia.com/gpu"]), st.integers(1, 1 << 40))
def test_rounding_changes_an_amount_by_a_tenth_at_most(resource: str, amount: int) -> None:
    assert amount * 9 <= amounts.round_down(resource, amount) * 10 <= amount * 10
    assert amount * 10 <= amounts.round_up(resource, amount) * 10 <= amount * 11
