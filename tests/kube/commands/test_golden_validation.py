"""The API server answers every recorded request as the real one did, and the comparison notices when it does not."""

import copy
import gzip
import json
from typing import Any

import pytest

from playground.kube.commands.golden_validation import replay
from tests.architecture.sources import ROOT

FILES = sorted((ROOT / "tests" / "golden" / "validation").glob("*.json.gz"))
RECORDS: dict[str, Any] = {
    record["name"]: record
    for path in FILES
    for record in json.loads(gzip.decompress(path.read_bytes()))
    if "request" in record
}


def test_the_recordings_are_there() -> None:
    assert len(RECORDS) == 247


@pytest.mark.parametrize("name", RECORDS)
def test_the_answer_is_the_real_one(name: str) -> None:
    assert not replay(RECORDS[name]).differences


def changed(name: str, part: str, value: object, within: str = "response") -> list[str]:
    """What differs if the recording had said something else there."""
    record = copy.deepcopy(RECORDS[name])
    record[within][part] = value
    return [difference.what for difference in replay(record).differences]


@pytest.mark.parametrize(
    ("part", "value"),
    [("code", 400), ("reason", "BadRequest"), ("message", "no"), ("details", {}), ("status", "Success")],
)
def test_every_part_of_a_refusal_is_compared(part: str, value: object) -> None:
    assert changed("pod/containers_missing", part, value) == [part]


def test_what_was_stored_is_compared() -> None:
    assert changed("pod/control_ok", "status", {"phase": "Running"}, within="created") == ["created"]


def test_the_repetitions_in_warn_mode_and_by_kubectl_are_steps_of_their_own() -> None:
    record = RECORDS["pod/unknown_two_fields"]
    assert replay(record).steps == 3
    assert changed(record["name"], "code", 400, within="responseWarnModeDryRun") == ["code"]
    assert changed(record["name"], "stderr", "no", within="kubectl") == ["stderr"]


def test_one_record_does_not_see_the_objects_of_another() -> None:
    record = RECORDS["deployment/control_ok"]
    assert not [*replay(record).differences, *replay(record).differences]


def test_a_uid_that_the_request_names_has_to_come_back() -> None:
    record = RECORDS["update/deploy_uid_mismatch"]
    message = record["response"]["message"].replace("11111111-1111", "22222222-1111")
    assert changed(record["name"], "message", message) == ["message"]
