"""What a recorded kubectl printed, command by command."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from playground.kube.kubectl import run
from playground.kube.rest import Call, Reply

from .console import START, WHO, Console
from .samples import deployment, running

RECORDS = Path(__file__).parents[2] / "golden" / "validation" / "validation_kubectl.json.gz"
PLACE = "validation"
# In these, controllers and a kubelet had run between the commands.
OF_A_LIVING_CLUSTER = {"kubectl/get all", "kubectl/get pod,svc"}


def records() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(gzip.decompress(RECORDS.read_bytes()))
    return found


@pytest.mark.parametrize("record", [pytest.param(record, id=record["name"]) for record in records()])
def test_kubectl_prints_what_the_real_one_printed(kubectl: Console, record: dict[str, Any]) -> None:
    kubectl.make({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": PLACE}})
    kubectl.api.create(deployment("d", replicas=1, image="nginx:1.0"), namespace=PLACE, by=WHO)
    if record["name"] in OF_A_LIVING_CLUSTER:
        handle, now = _living_cluster, START + 17
    else:
        handle, now = kubectl.handle, START
    wanted = record["kubectl"]
    result = run(handle, wanted["args"], {}, namespace=PLACE, now=now)
    assert (result.rc, result.stdout, result.stderr) == (wanted["rc"], wanted["stdout"], wanted["stderr"])


def _living_cluster(call: Call) -> Reply:
    """Answers lists only, with the objects that were there when the records were made."""
    held: dict[str, list[dict[str, Any]]] = {
        "pods": [running("d-cbd4b7876-cjz6x"), running("j0-0-vghnh", "2026-01-01T00:00:07Z")],
        "deployments": [{**deployment("d", replicas=1), "status": {"readyReplicas": 1}}],
        "replicasets": [{**deployment("d-cbd4b7876", replicas=1), "kind": "ReplicaSet"}],
    }
    held["deployments"][0]["status"] |= {"updatedReplicas": 1, "availableReplicas": 1}
    held["replicasets"][0]["status"] = {"replicas": 1, "readyReplicas": 1}
    for obj in (*held["deployments"], *held["replicasets"]):
        obj["metadata"]["creationTimestamp"] = "2026-01-01T00:00:00Z"
    return Reply(200, {"items": held.get(call.path.rpartition("/")[2], [])})
