"""A container's own words tell which limit it met, where the engine does not; its end says so with the number."""

import pytest

from playground.builds import symptoms
from playground.builds.containers import ending
from playground.builds.models import Container
from playground.engine.port import ContainerStatus


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("sh: can't fork: Resource temporarily unavailable", "run.processes"),
        ("RuntimeError: can't start new thread", "run.processes"),
        ("bash: fork: retry: Resource temporarily unavailable", "run.processes"),
        ("dd: error writing '/big': Disk quota exceeded", "run.disk"),
    ],
)
def test_words_about_a_limit_are_known(said: str, key: str) -> None:
    assert symptoms.of(said) == {key}


def test_ordinary_words_are_not() -> None:
    assert symptoms.of("a fork and a disk") == set()
    assert not symptoms.sentence(())


def test_the_end_names_the_limit_and_not_what_the_exit_code_might_mean() -> None:
    status = ContainerStatus(id="c", phase="exited", exit_code=2)
    said = ending(Container(), status, met={"run.processes"})
    assert (
        said
        == "It could start no more programs: a container may have 128 processes. The program ended with exit code 2."
    )


def test_one_that_ended_well_or_was_stopped_by_its_learner_says_nothing_of_it() -> None:
    good = ContainerStatus(id="c", phase="exited", exit_code=0)
    stopped = ContainerStatus(id="c", phase="exited", exit_code=137)
    assert "processes" not in ending(Container(), good, met={"run.processes"})
    assert "processes" not in ending(Container(stop_reason="learner"), stopped, met={"run.processes"})


def test_one_that_was_stopped_at_its_time_says_both() -> None:
    status = ContainerStatus(id="c", phase="exited", exit_code=137)
    said = ending(Container(stop_reason="time"), status, met={"run.disk"})
    assert "the limit" in said
    assert "1 GiB" in said
