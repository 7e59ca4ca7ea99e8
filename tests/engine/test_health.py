"""What stands on the health page about the engine."""

from dataclasses import replace

from playground.engine import health
from playground.engine.fake import INFO
from playground.engine.limits import LIMITS


def test_every_line_is_a_sentence_under_a_key_of_its_own() -> None:
    lines = health.lines(INFO)
    assert len({line.key for line in lines}) == len(lines)
    assert all(line.sentence.endswith(".") and line.title[0].isupper() for line in lines)
    assert {line.state for line in lines} == {"enforced", "not enforced", "cannot be had here"}


def test_limits_that_nobody_enforces_are_not_called_enforced() -> None:
    states = {line.key: line.state for line in health.lines(INFO)}
    assert states["build.memory"] == "not enforced"
    assert states["run.disk"] != "enforced"
    assert LIMITS["build.step_memory"].enforced_by == LIMITS["run.disk"].enforced_by == "nobody on a shared engine"
    assert LIMITS["run.memory"].enforced_by == "engine"
    assert states["run.memory"] == "enforced"


def test_the_storage_driver_decides_about_disk() -> None:
    def disk(driver: str) -> health.Line:
        (line,) = (one for one in health.lines(replace(INFO, storage_driver=driver)) if one.key == "run.disk")
        return line

    assert disk("overlay2").state == "cannot be had here"
    assert disk("btrfs").state == "not enforced"
    assert "overlay2" in disk("overlay2").sentence
