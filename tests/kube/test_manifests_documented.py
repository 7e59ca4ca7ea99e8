"""Every manifest of tests/kube/manifests gets from us the answer that its header says real Kubernetes gives."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from playground.kube import Cluster
from playground.kube.errors import ApiError
from playground.kube.objects.frozen import find
from playground.kube.programs import SCHEDULING

FOLDER = Path(__file__).parent / "manifests"
FILES = sorted(FOLDER.rglob("*.yaml"))
KEYS = {"answer", "message", "field", "stored", "nominated", "source"}


@dataclass
class Stated:
    """What a header states."""

    about: list[str] = field(default_factory=list)
    facts: dict[str, list[str]] = field(default_factory=lambda: {key: [] for key in KEYS})

    @property
    def answer(self) -> list[str]:
        """The words of the answer."""
        [answer] = self.facts["answer"]
        return answer.split()


def stated(path: Path) -> Stated:
    """The header of a manifest."""
    found = Stated()
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("# "):
            break
        key, colon, value = line[2:].partition(": ")
        if colon and key in KEYS:
            found.facts[key].append(value)
        else:
            found.about.append(line[2:])
    return found


def applied(path: Path) -> tuple[Any, Cluster]:
    """What became of the last document: the object once the cluster is quiet, or the refusal."""
    cluster = Cluster(profile=SCHEDULING)
    try:
        objects = cluster.apply(path.read_text(encoding="utf-8"))
    except ApiError as refusal:
        return refusal, cluster
    cluster.run_until_quiet()
    last = objects[-1].object
    meta = last["metadata"]
    return cluster.get(last["kind"], meta["name"], namespace=meta.get("namespace", "default")), cluster


def scheduled(pod: Any) -> Any:
    """The condition PodScheduled, or an empty one."""
    conditions = [entry for entry in pod["status"].get("conditions", ()) if entry["type"] == "PodScheduled"]
    return conditions[0] if conditions else {}


def path_of(text: str) -> list[str | int]:
    """The steps of "spec.containers.0.image"."""
    return [int(step) if step.isdigit() else step for step in text.split(".")]


def names(paths: list[Path]) -> list[str]:
    """How tests are called after manifests."""
    return [str(path.relative_to(FOLDER).with_suffix("")) for path in paths]


def test_there_are_at_least_sixty() -> None:
    assert len(FILES) >= 60


@pytest.mark.parametrize("path", FILES, ids=names(FILES))
def test_it_says_what_it_shows_its_answer_and_its_source(path: Path) -> None:
    header = stated(path)
    assert header.about
    assert header.facts["source"]
    assert all(source.startswith(("https://kubernetes.io/docs/", "pkg/", "plugin/", "staging/"))
               for source in header.facts["source"])  # fmt: skip
    assert header.answer[0] in {"created", "refused", "placed", "pending", "ignored"}


def of_answer(word: str) -> list[Path]:
    """The manifests with an answer of this kind."""
    return [path for path in FILES if stated(path).answer[0] == word]


@pytest.mark.parametrize("path", of_answer("refused"), ids=names(of_answer("refused")))
def test_it_is_refused_in_the_real_words(path: Path) -> None:
    header = stated(path)
    refusal, _ = applied(path)
    assert isinstance(refusal, ApiError), "it was accepted"
    assert [str(refusal.code), refusal.reason] == header.answer[1:]
    assert header.facts["message"]
    for part in header.facts["message"]:
        assert part in refusal.message
    causes = refusal.status.get("details", {}).get("causes", [])
    assert [cause["field"] for cause in causes] == header.facts["field"]


@pytest.mark.parametrize("path", of_answer("created"), ids=names(of_answer("created")))
def test_it_is_stored_with_what_the_server_fills_in(path: Path) -> None:
    header = stated(path)
    obj, _ = applied(path)
    assert not isinstance(obj, ApiError), obj
    assert header.facts["stored"]
    for fact in header.facts["stored"]:
        where, _, value = fact.partition(" = ")
        assert find(obj, path_of(where), default="nothing") == json.loads(value), where


@pytest.mark.parametrize("path", of_answer("placed"), ids=names(of_answer("placed")))
def test_its_pod_is_placed_on_the_node(path: Path) -> None:
    pod, _ = applied(path)
    assert not isinstance(pod, ApiError), pod
    assert pod["spec"].get("nodeName") == stated(path).answer[2], scheduled(pod).get("message")


@pytest.mark.parametrize("path", of_answer("pending"), ids=names(of_answer("pending")))
def test_its_pod_waits_for_the_reason(path: Path) -> None:
    header = stated(path)
    pod, _ = applied(path)
    assert not isinstance(pod, ApiError), pod
    assert "nodeName" not in pod["spec"]
    assert scheduled(pod).get("reason") == header.answer[1]
    for part in header.facts["message"]:
        assert part in scheduled(pod)["message"]
    assert pod["status"].get("nominatedNodeName", "") == "".join(header.facts["nominated"])


@pytest.mark.parametrize("path", of_answer("ignored"), ids=names(of_answer("ignored")))
def test_no_scheduler_looks_at_its_pod(path: Path) -> None:
    pod, cluster = applied(path)
    assert not isinstance(pod, ApiError), pod
    assert "nodeName" not in pod["spec"]
    assert not scheduled(pod)
    assert not [change for change in cluster.changes_since(0) if change.actor == "default-scheduler"]
