"""podFailurePolicy and successPolicy. After pod_failure_policy.go and success_policy.go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from playground.kube.controllers.job import indexes
from playground.kube.controllers.job.indexes import Intervals
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Object

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a failure policy says of a failed pod. *action* "": no rule is about it."""

    action: str = ""
    message: str = ""  # why the Job fails; only with the action FailJob

    @property
    def counts(self) -> bool:
        """Whether the failure counts towards the back-off limits."""
        return self.action != "Ignore"


_NO_RULE: Final = Verdict()


def judge(rules: Sequence[Json] | None, pod: Object) -> Verdict:
    """Return what the first rule that is about a failed pod says."""
    for number, rule in enumerate(rules or ()):
        why = _why(rule, pod)
        if why:
            action = rule["action"]
            message = f"{why} matching {action} rule at index {number}" if action == "FailJob" else ""
            return Verdict(action, message)
    return _NO_RULE


def _why(rule: Json, pod: Object) -> str:
    """Return what about a pod a rule is about, "" for nothing."""
    status = pod.get("status") or EMPTY
    place = f"{meta.namespace(pod)}/{meta.name(pod)}"
    if rule.get("onExitCodes") is not None:
        kinds = ("containerStatuses", "initContainerStatuses")
        for item in (item for kind in kinds for item in status.get(kind) or ()):
            code = ((item.get("state") or EMPTY).get("terminated") or EMPTY).get("exitCode", 0)
            if code and _is_about(rule["onExitCodes"], item["name"], code):
                return f"Container {item['name']} for pod {place} failed with exit code {code}"
        return ""
    for found in status.get("conditions") or ():
        if _is_listed(found, rule.get("onPodConditions") or ()):
            return f"Pod {place} has condition {found['type']}"
    return ""


def _is_about(wanted: Json, container: str, code: int) -> bool:
    if wanted.get("containerName") not in {None, container}:
        return False
    listed = code in wanted["values"]
    return listed if wanted["operator"] == "In" else not listed


def _is_listed(found: Json, patterns: Iterable[Json]) -> bool:
    return any((item["type"], item.get("status", "True")) == (found["type"], found["status"]) for item in patterns)


def success(rules: Sequence[Json] | None, completions: int, succeeded: Intervals) -> str:
    """Return the sentence about the first success rule that is met, "" when none is."""
    for number, rule in enumerate(rules or ()) if succeeded else ():
        if _is_met(rule, completions, succeeded):
            return f"Matched rules at index {number}"
    return ""


def _is_met(rule: Json, completions: int, succeeded: Intervals) -> bool:
    wanted, count = rule.get("succeededIndexes"), rule.get("succeededCount")
    if wanted is None:
        return count is not None and indexes.total(succeeded) >= count
    required = indexes.parse(wanted, completions)
    if not required:
        return False
    there = indexes.common(required, succeeded)
    return there == indexes.total(required) or (count is not None and there >= count)
