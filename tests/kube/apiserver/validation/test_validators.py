"""The registry of rules, and the recorded answers of the real API server to new objects of core/v1.

The records are replayed here without the API server: its defaults and rules alone must give the recorded causes.
"""

import gzip
import json
from pathlib import Path
from typing import Any, Final

import pytest

from playground.kube.apiserver.defaults import DEFAULTERS
from playground.kube.apiserver.validation import VALIDATORS
from playground.kube.objects.kinds import RESOURCES

from .support import changed, defaulted

RECORDS: Final = Path(__file__).parents[3] / "golden" / "validation" / "validation_create.json.gz"
# The address is refused by the allocator and not by a rule.
ALLOCATED: Final = frozenset({"service/clusterip_bad"})


def recorded() -> list[Any]:
    """Records of core/v1 that rules alone decide."""
    records = json.loads(gzip.decompress(RECORDS.read_bytes()))
    return [
        pytest.param(record, id=record["name"])
        for record in records
        if isinstance(record["request"].get("body"), dict)
        and record["request"]["body"].get("apiVersion") == "v1"
        and record["response"]["code"] in {201, 422}
        and record["name"] not in ALLOCATED
    ]


@pytest.mark.parametrize("record", recorded())
def test_the_recorded_causes_are_told(record: dict[str, Any]) -> None:
    body = record["request"]["body"]
    namespaced = body["kind"] != "Namespace"
    obj = defaulted(changed(body, "metadata", "namespace", to="validation") if namespaced else body)
    errors = VALIDATORS["", body["kind"]](obj, None, "")
    causes = (record["response"].get("details") or {}).get("causes") or []
    assert [error.cause() for error in errors] == causes


def test_there_are_enough_records() -> None:
    assert len(recorded()) >= 85


def test_rules_and_defaults_are_of_known_kinds() -> None:
    known = {(resource.group, resource.kind) for resource in RESOURCES}
    unnamed = {("", "Binding"), ("autoscaling", "Scale"), ("meta.k8s.io", "DeleteOptions"), ("policy", "Eviction")}
    assert {*VALIDATORS, *DEFAULTERS} <= known | unnamed
    assert set(DEFAULTERS) <= set(VALIDATORS)
