"""The pass of a build: what is signed, and what is not believed."""

from dataclasses import replace

import pytest

from playground.engine.lab.egress_tokens import Pass

KEY = b"the engine's key"
MINE = Pass(learner="l7", instance="i1", job="b1", expires=1000)


def test_a_pass_is_believed_until_its_time_is_over() -> None:
    password = MINE.password(KEY)
    assert Pass.check(KEY, "l7", password, now=1000) == MINE
    assert Pass.check(KEY, "l7", password, now=1001) is None


@pytest.mark.parametrize("change", [{"learner": "l8"}, {"instance": "i2"}, {"job": "b2"}, {"expires": 2000}])
def test_a_pass_of_one_build_is_no_other_builds(change: dict[str, str]) -> None:
    mac = MINE.password(KEY).rpartition(".")[2]
    other = replace(MINE, **change)  # type: ignore[arg-type]
    forged = ".".join([*other.password(b"another key").split(".")[:3], mac])
    assert Pass.check(KEY, other.learner, forged, now=0) is None


@pytest.mark.parametrize(
    "password",
    ["", "x", "i1.b1.3e8", "i1.b1.3e8.", "i1.b1.3e8.é", "i1.b1.zz.0", "I1.b1.3e8.0", "i1.b1.3e8.0.0", "..3e8.0"],
)
def test_what_is_no_pass_is_not_believed(password: str) -> None:
    assert Pass.check(KEY, "l7", password, now=0) is None


def test_another_engines_key_signs_nothing_here() -> None:
    assert Pass.check(KEY, "l7", MINE.password(b"another key"), now=0) is None


def test_a_pass_needs_no_escaping_in_an_address() -> None:
    assert set(MINE.password(KEY)) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-")
    with pytest.raises(ValueError, match="cannot be part of a pass"):
        replace(MINE, learner="a:b").password(KEY)
