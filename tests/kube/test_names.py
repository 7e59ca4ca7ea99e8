"""Draws by lot."""

import re
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.kube.names import ALPHABET, Names


def draws(names: Names) -> list[object]:
    """Return one of each kind."""
    return [names.uid(), names.suffix(), names.below(100), names.random()]


@given(st.integers())
def test_a_seed_gives_one_sequence_and_a_state_continues_it(seed: int) -> None:
    names, twin = Names(seed), Names(seed)
    assert draws(names) == draws(twin)
    later = Names()
    later.restore(names.state())
    assert draws(later) == draws(names)


def test_seeds_and_draws_differ() -> None:
    names = Names(1)
    assert len({names.uid() for _ in range(1000)} | {Names(2).uid()}) == 1001


@given(st.integers(0, 1 << 64))
def test_a_uid_is_a_version_4_uuid(seed: int) -> None:
    uid = Names(seed).uid()
    assert uuid.UUID(uid).version == 4
    assert uuid.UUID(uid).variant == uuid.RFC_4122
    assert str(uuid.UUID(uid)) == uid


def test_suffixes_use_kubernetes_letters_and_all_of_them() -> None:
    names = Names(3)
    letters = "".join(names.suffix() for _ in range(500))
    assert set(letters) == set(ALPHABET)
    assert re.fullmatch("[bcdfghjklmnpqrstvwxz2456789]{8}", names.suffix(8))


@given(st.integers(1, 1000), st.integers())
def test_below_stays_below(limit: int, seed: int) -> None:
    assert 0 <= Names(seed).below(limit) < limit


def test_below_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot draw below 0"):
        Names().below(0)
