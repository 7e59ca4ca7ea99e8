"""What the recorder would have written down about our cluster: the same invariants, worked out from our log.

The shapes are those of tests/golden/README.md, with the recording's placeholders for names and times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from playground.kube.client import pods as podded
from playground.kube.commands.golden_controllers_actions import Stage
from playground.kube.commands.golden_controllers_names import Names
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY
from playground.kube.store import Change

Json = Mapping[str, Any]
Count = tuple[int, int, int, int]  # of pods: all, active, ready among these, terminating

WITH_HISTORY: Final = frozenset({"CronJob", "DaemonSet", "Deployment", "Job", "ReplicaSet", "StatefulSet"})
SCALED: Final = {"Deployment": "replicas", "ReplicaSet": "replicas", "StatefulSet": "replicas", "Job": "parallelism"}
LEFT_OUT: Final = frozenset({"conditions", "observedGeneration"})  # of a status history, beside times
NOT_FINAL: Final = frozenset({"configmaps", "serviceaccounts", "secrets", "events", "namespaces"})
FRESH: Final = frozenset({"uid", "resourceVersion", "creationTimestamp", "managedFields", "selfLink"})


@dataclass(frozen=True, slots=True)
class Segment:
    """What came after one action, up to the next: its changes, and how many pods there were at each moment."""

    action: int
    op: str
    counts: Sequence[Count]


class Record:
    """Our side of a scenario. *marks*: the revision before each action that is no wait, with its word."""

    def __init__(self, stage: Stage, names: Names, start: int, marks: Sequence[tuple[int, str]]) -> None:
        self._stage, self._names, self._marks = stage, names, marks
        everything = stage.cluster.changes_since(start)
        self.changes = [change for change in everything if stage.is_seen(change.resource, change.key)]
        self._events = [change for change in everything if change.resource == "events"]
        self._pods = [change for change in self.changes if change.resource == "pods"]

    def name(self, change: Change) -> str:
        """Kind and name as the recording has them."""
        return f"{change.object['kind']}/{self._names.theirs(change.key[1])}"

    def pods_created(self) -> list[str]:
        """Pods in the order of their creation."""
        return self._named(change for change in self._pods if change.type == "ADDED")

    def pods_marked(self) -> list[str]:
        """Pods in the order in which their deletion began."""

        def fresh(change: Change) -> bool:
            before = change.previous
            return meta.deleting(change.object) and (before is None or not meta.deleting(before))

        marked = [change for change in self._pods if fresh(change) or change.type == "DELETED"]
        return self._named({meta.uid(change.object): change for change in reversed(marked)}.values())[::-1]

    def pods_removed(self) -> list[str]:
        """Pods in the order in which they were gone."""
        return self._named(change for change in self._pods if change.type == "DELETED")

    def scale_history(self) -> dict[str, list[Any]]:
        """What spec.replicas or spec.parallelism went through."""

        def scale(change: Change) -> Any:
            return change.object["spec"].get(SCALED[change.object["kind"]])

        return self._histories(SCALED, scale)

    def status_history(self) -> dict[str, list[Any]]:
        """The distinct statuses that objects went through, without conditions and times."""

        def status(change: Change) -> Any:
            found = change.object.get("status") or EMPTY
            kept = {key: value for key, value in found.items() if key not in LEFT_OUT and not key.endswith("Time")}
            return self._names.theirs(clean(kept))

        return self._histories(WITH_HISTORY, status)

    def revisions(self) -> dict[str, Any]:
        """The revision of every ReplicaSet there is at the end."""
        sets = self._stage.cluster.api.objects("replicasets.apps", self._stage.namespace)
        word = "deployment.kubernetes.io/revision"
        return {
            self._names.theirs(meta.name(each)): (each["metadata"].get("annotations") or EMPTY).get(word)
            for each in sets
        }

    def segments(self) -> Iterator[Segment]:
        """The counts of pods after each action."""
        counts = [_count({})]
        at = [0]
        pods: dict[str, Json] = {}
        for change in self._pods:
            if change.type == "DELETED":
                pods.pop(change.key[1], None)
            else:
                pods[change.key[1]] = change.object
            counts.append(_count(pods))
            at.append(change.revision)
        for number, (revision, op) in enumerate(self._marks):
            last = number + 1 == len(self._marks)
            end = self._stage.cluster.revision if last else self._marks[number + 1][0]
            before = max(index for index, at_revision in enumerate(at) if at_revision <= revision)
            inside = [count for count, at_revision in zip(counts, at, strict=True) if revision < at_revision <= end]
            yield Segment(number, op, [counts[before], *inside])

    def final(self) -> dict[str, Json]:
        """Every object of the namespace at the end, by kind and name, without what is fresh in every cluster."""
        seen = {change.resource: None for change in self.changes}
        found: dict[str, Json] = {}
        for resource in seen:
            place = None if resource == "nodes" else self._stage.namespace
            for obj in self._stage.cluster.api.objects(resource, place) if resource not in NOT_FINAL else ():
                plain = self._names.theirs(clean(obj))
                found[f"{plain['kind']}/{plain['metadata']['name']}"] = plain
        return found

    def events(self) -> list[dict[str, Any]]:
        """What events say, in the order in which they were first seen, with their last count."""
        told: dict[tuple[str, str], dict[str, Any]] = {}
        for change in self._events:
            about = change.object["involvedObject"]
            is_node = about["kind"] == "Node" and self._stage.with_nodes
            if about.get("namespace") != self._stage.namespace and not is_node:
                continue
            told[change.key] = {
                "object": f"{about['kind']}/{self._names.theirs(about['name'])}",
                "type": change.object["type"],
                "reason": change.object["reason"],
                "message": self._names.theirs(change.object["message"]),
                "count": change.object.get("count", 1),
                "from": change.object["source"].get("component"),
            }
        return list(told.values())

    def _named(self, changes: Iterable[Change]) -> list[str]:
        return [self._names.theirs(change.key[1]) for change in changes]

    def _histories(self, kinds: Iterable[str], value: Callable[[Change], Any]) -> dict[str, list[Any]]:
        """What became of a value of each object of some kinds, without repetitions."""
        found: dict[str, list[Any]] = {}
        for change in self.changes:
            if change.object["kind"] not in kinds or change.type == "DELETED":
                continue
            history = found.setdefault(self.name(change), [])
            now = value(change)
            if not history or history[-1] != now:
                history.append(now)
        return found


def clean(value: Any) -> Any:
    """A copy without what is fresh in every cluster, and without nulls, which ours does not store."""
    if isinstance(value, Mapping):
        return {key: clean(item) for key, item in value.items() if key not in FRESH and item is not None}
    if isinstance(value, list):
        return [clean(item) for item in value]
    return value


def _count(pods: Mapping[str, Json]) -> Count:
    active = [pod for pod in pods.values() if podded.is_active(pod)]
    ready = sum(podded.is_ready(pod) for pod in active)
    terminating = sum(meta.deleting(pod) and not podded.is_over(pod) for pod in pods.values())
    return (len(pods), len(active), ready, terminating)
