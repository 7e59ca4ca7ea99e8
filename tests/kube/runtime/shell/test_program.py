"""Programs as tables: what happens between two moments."""

import pytest

from playground.kube.runtime.shell.program import Counter, Happening, Now, Program, rendered

ROUND = (Happening(0.0, (Counter(3, 2),)), Happening(0.5, ("x",), path="/f"))
PROGRAM = Program((Happening(1.0, ("a",)),), ends=float("inf"), round=ROUND, begins=2.0, period=1.0)


def test_rounds_follow_each_other_without_end() -> None:
    told = [(at, turn) for at, turn, _ in PROGRAM.happenings(-1, 3.6)]
    assert told == [(1.0, 0), (2.0, 0), (2.5, 0), (3.0, 1), (3.5, 1)]


@pytest.mark.parametrize("cut", [0.9, 1.0, 2.0, 2.3, 3.0, 7.5])
def test_two_spans_make_up_the_whole(cut: float) -> None:
    whole = list(PROGRAM.happenings(-1, 10))
    assert [*PROGRAM.happenings(-1, cut), *PROGRAM.happenings(cut, 10)] == whole


def test_far_away_is_as_quick_as_near() -> None:
    assert [at for at, _, _ in PROGRAM.happenings(1e7, 1e7 + 1)] == [1e7 + 0.5, 1e7 + 1]


def test_a_file_is_as_the_last_that_became_of_it() -> None:
    assert PROGRAM.file("/f", 2.4) is None
    found = PROGRAM.file("/f", 100.0)
    assert found is not None
    assert found[0] == 99.5


def test_texts_are_filled_in_for_their_round_and_time() -> None:
    assert rendered(("n=", Counter(3, 2)), 5, 0.0) == "n=13"
    assert rendered((Now("%s %H:%M"),), 0, 3661.0) == "3661 01:01"
