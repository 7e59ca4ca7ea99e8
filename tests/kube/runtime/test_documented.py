"""docs/kube-load.md is true: its table of loads, its words, its images."""

import re

import pytest

from playground.kube.runtime import behaviour, images
from playground.kube.runtime.amounts import seconds
from playground.kube.runtime.behaviour import Behaviour
from playground.kube.runtime.capacity import Capacity, perform, quantile
from tests.architecture.sources import ROOT

PAGE = (ROOT / "docs" / "kube-load.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (\d+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+ m?s) \| ([\d.]+ m?s) \| (\d+)m \|$", re.MULTILINE)
WORD = re.compile(r"\| `([a-z-]+(?:=[^`]*)?)` \|")


def test_the_table_of_loads_is_what_the_model_says() -> None:
    rows = ROW.findall(PAGE)
    assert len(rows) >= 5
    for load, answered, errors, mean, most, cpu in rows:
        found = perform(Capacity(0.5, 0.01), float(load))
        assert found.answered == pytest.approx(float(answered), abs=0.06)
        assert found.errors == pytest.approx(float(errors), abs=0.06)
        assert found.seconds == pytest.approx(seconds(mean.replace(" ", "")), rel=0.02)
        assert quantile(0.95, [(found.seconds, 1)]) == pytest.approx(seconds(most.replace(" ", "")), rel=0.02)
        assert found.cpu * 1000 == pytest.approx(float(cpu), abs=0.6)


def test_every_word_on_the_page_is_understood_and_every_word_is_on_the_page() -> None:
    words = WORD.findall(PAGE)
    assert behaviour.read(" ".join(words), Behaviour())[1] == []
    told = {word.partition("=")[0] for word in words}
    assert told == {*behaviour._FLAGS, *behaviour._VALUES} - {"flavour"}


def test_the_page_and_the_module_tell_of_the_same_words() -> None:
    missing = {*behaviour._FLAGS, *behaviour._VALUES} - {"flavour"}
    assert not [word for word in missing if f" {word}" not in (behaviour.__doc__ or "")]


@pytest.mark.parametrize(
    "what", ["web", "works", "crashes", "leaks", "slow-start", "stubborn", "sleeps", "burns", "echo"]
)
def test_the_images_that_are_behaviours_exist_and_are_on_the_page(what: str) -> None:
    assert images.find(f"drydock/{what}") is not None
    assert f"`drydock/{what}`" in PAGE
