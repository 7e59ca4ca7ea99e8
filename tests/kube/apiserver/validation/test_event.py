"""Rules of an Event."""

from typing import Any

import pytest

from .support import NAME_PART, refusals

TIMED = {
    "eventTime": "2026-01-01T00:00:00.000000Z",
    "reportingComponent": "me",
    "reportingInstance": "me-1",
    "action": "Act",
    "reason": "Why",
}


def event(namespace: str = "n", of: str = "n", **fields: Any) -> list[str]:
    meta = {"name": "e", "namespace": namespace}
    return refusals(
        {"apiVersion": "v1", "kind": "Event", "metadata": meta, "involvedObject": {"namespace": of}, **fields}
    )


@pytest.mark.parametrize(("namespace", "of"), [("n", "n"), ("default", "")])
def test_an_event_lies_where_its_object_does(namespace: str, of: str) -> None:
    assert event(namespace, of) == []


@pytest.mark.parametrize("of", ["m", ""])
def test_an_event_elsewhere_is_refused(of: str) -> None:
    assert event("n", of) == [f'involvedObject.namespace: Invalid value: "{of}": does not match event.namespace']


def test_an_event_with_a_time_states_who_tells_it() -> None:
    assert event(**TIMED) == []
    assert event(eventTime=TIMED["eventTime"]) == [
        "reportingComponent: Required value",
        'reportingComponent: Invalid value: "": name part must be non-empty',
        f'reportingComponent: Invalid value: "": {NAME_PART}',
        "reportingInstance: Required value",
        "action: Required value",
        "reason: Required value",
    ]


def test_an_event_with_a_time_is_brief() -> None:
    assert event(**{**TIMED, "reason": "x" * 129, "message": "y" * 1025}) == [
        'reason: Invalid value: "": can have at most 128 characters',
        'message: Invalid value: "": can have at most 1024 characters',
    ]
