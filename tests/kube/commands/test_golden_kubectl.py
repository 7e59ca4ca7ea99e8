"""The simulated kubectl prints what the real one printed, and the comparison notices when it does not."""

import gzip
import json
from typing import Any

import pytest

from playground.kube.commands.golden_kubectl import ageless, replay
from tests.architecture.sources import ROOT

FILE = ROOT / "tests" / "golden" / "validation" / "validation_kubectl.json.gz"
RECORDS: dict[str, Any] = {record["name"]: record for record in json.loads(gzip.decompress(FILE.read_bytes()))}


@pytest.mark.parametrize("name", RECORDS)
def test_it_prints_what_the_real_one_printed(name: str) -> None:
    assert not replay(RECORDS[name]).differences


@pytest.mark.parametrize(("part", "value"), [("rc", 7), ("stdout", "x"), ("stderr", "x")])
def test_every_part_is_compared(part: str, value: object) -> None:
    record = RECORDS["kubectl/get all"]
    changed = {**record, "kubectl": {**record["kubectl"], part: value}}
    assert [difference.what for difference in replay(changed).differences] == [part]


def test_ages_look_alike_and_other_numbers_do_not() -> None:
    assert ageless("web   1/1   0   3m10s\n") == ageless("web   1/1   0   17s\n")
    assert ageless("web   1/1   0   17s\n") != ageless("web   1/1   1   17s\n")
