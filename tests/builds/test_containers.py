"""A container's row as the engine's spec, and its end as a sentence."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.builds.containers import container_spec, ending, moment
from playground.builds.models import Container
from playground.engine import port, sandbox
from tests.builds.support import SetLimits

FINISHED = "2026-03-04T14:03:21.123456789Z"


def container(**values: object) -> Container:
    """A row that is in no database."""
    usual = {"learner_id": "learner", "digest": "sha256:app", "memory": 128 << 20, "cpus": 0.5, **values}
    return Container(name="app-1", reference="app:1", **usual)


def ended(row: Container, *, code: int | None = 0, oom: bool = False, finished: str = FINISHED) -> str:
    """The sentence for its end."""
    status = port.ContainerStatus(id="x", phase="exited", exit_code=code, oom_killed=oom, finished_at=finished)
    return ending(row, status)


def test_out_of_memory_is_told_with_both_numbers_and_the_time() -> None:
    assert ended(container(), code=137, oom=True).startswith("Stopped: used 128 MiB of 128 MiB at 14:03:21 UTC.")


def test_the_time_limit_is_told_with_its_minutes() -> None:
    assert ended(container(stop_reason="time"), code=143) == "Stopped at 14:03:21 UTC: it ran 30 min, the limit."


def test_a_time_limit_under_a_minute_is_told_in_seconds(set_limits: SetLimits) -> None:
    set_limits("run.seconds=45")
    assert "it ran 45 s" in ended(container(stop_reason="time"))


def test_the_output_limit_is_told_with_its_size() -> None:
    sentence = ended(container(stop_reason="output"), code=143)
    assert sentence.startswith("Stopped at 14:03:21 UTC: it wrote")
    assert "5 MiB" in sentence


def test_a_limit_is_named_before_the_memory_it_ended_with() -> None:
    assert "the limit" in ended(container(stop_reason="time"), code=137, oom=True)


@pytest.mark.parametrize(
    ("code", "words"),
    [(0, "without an error"), (1, "an error"), (127, "not found"), (137, "SIGKILL"), (139, "SIGSEGV"), (3, "code 3")],
)
def test_an_exit_code_is_told_in_words(code: int, words: str) -> None:
    assert words in ended(container(), code=code)


def test_a_stop_by_the_learner_is_not_told_as_a_crash() -> None:
    assert ended(container(stop_reason="learner"), code=143) != ended(container(), code=143)
    assert "memory" not in ended(container(stop_reason="learner"), code=137, oom=True)


def test_an_end_without_code_or_time_is_a_sentence_too() -> None:
    assert ended(container(), code=None, finished="")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("0001-01-01T00:00:00Z", None),
        ("2026-03-04T14:03:21Z", datetime(2026, 3, 4, 14, 3, 21, tzinfo=UTC)),
        ("2026-03-04T14:03:21.5Z", datetime(2026, 3, 4, 14, 3, 21, 500_000, tzinfo=UTC)),
        (FINISHED, datetime(2026, 3, 4, 14, 3, 21, 123_456, tzinfo=UTC)),
    ],
)
def test_the_engines_time_is_read(text: str, expected: datetime | None) -> None:
    assert moment(text) == expected


@given(st.datetimes(min_value=datetime(2000, 1, 1)), st.integers(0, 9))  # noqa: DTZ001 - the zone is added below
def test_any_engine_time_is_read_to_the_microsecond(when: datetime, digits: int) -> None:
    nanos = f"{when.microsecond:06d}000"[:digits]
    read = moment(f"{when:%Y-%m-%dT%H:%M:%S}{'.' if digits else ''}{nanos}Z")
    kept = int(nanos[:6].ljust(6, "0"))
    assert read == when.replace(microsecond=kept, tzinfo=UTC)


def test_the_spec_is_what_the_sandbox_makes_of_the_row() -> None:
    spec = container_spec(container(command=["echo", "hi"], env={"A": "b"}, cpus=0.25))
    host = spec.body["HostConfig"]
    assert isinstance(host, dict)
    assert (spec.body["Image"], spec.body["Cmd"], spec.body["Env"]) == ("sha256:app", ["echo", "hi"], ["A=b"])
    assert (host["Memory"], host["NanoCpus"], host["NetworkMode"]) == (128 << 20, 250_000_000, "none")
    assert spec.network is None


def test_an_own_network_is_the_learners() -> None:
    spec = container_spec(container(network="own"))
    assert spec.network is not None
    assert spec.network.endswith("-learner")


def test_a_container_keeps_its_name_on_the_engine() -> None:
    row = container()
    assert container_spec(row).name == container_spec(row).name
    assert row.id in container_spec(row).name


def test_a_wish_over_a_limit_is_refused() -> None:
    with pytest.raises(sandbox.Refused) as caught:
        container_spec(container(memory=1 << 40))
    assert caught.value.field == "memory"
