"""Checks of the plugins' arguments in a KubeSchedulerConfiguration (pkg/scheduler/apis/config/validation)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from playground.kube.scheduler.config_fields import Fields

STRATEGIES: Final = ("LeastAllocated", "MostAllocated", "RequestedToCapacityRatio")
PERCENT: Final = "not in valid range [0-100]"


def check_args(plugin: str, args: Fields) -> None:
    """Note what is wrong with a plugin's arguments; a plugin without arguments takes none."""
    CHECKS.get(plugin, _nothing)(args)
    args.unknown()


def _nothing(_args: Fields) -> None:
    """No arguments are known."""


def _fit(args: Fields) -> None:
    args.drop("ignoredResources", "ignoredResourceGroups")
    strategy = args.map("scoringStrategy")
    kind = strategy.one_of("type", STRATEGIES)
    _resources(strategy)
    ratio = strategy.map("requestedToCapacityRatio")
    points = ratio.list("shape")
    if kind == "RequestedToCapacityRatio" and not points:
        ratio.required("shape")
    before = -1
    for point in points:
        at = point.whole("utilization", 0, low=0, high=100, rule=PERCENT)
        point.whole("score", 0, low=0, high=10, rule="not in valid range [0-10]")
        if at <= before:
            point.invalid("utilization", at, "utilization values must be sorted in increasing order")
        before = at
        point.unknown()
    ratio.unknown()
    strategy.unknown()


def _balanced(args: Fields) -> None:
    _resources(args)


def _resources(args: Fields) -> None:
    seen: set[str] = set()
    for item in args.list("resources"):
        name = item.text("name", "")
        if not name:
            item.required("name")
        elif name in seen:
            item.duplicate("name", name)
        seen.add(name)
        item.whole("weight", 1, low=1, high=100, rule="resource weight must be in the range [1-100]")
        item.unknown()


def _affinity(args: Fields) -> None:
    added = args.map("addedAffinity")
    required = added.map("requiredDuringSchedulingIgnoredDuringExecution")
    if required.values and not required.list("nodeSelectorTerms"):
        required.required("nodeSelectorTerms")
    for item in added.list("preferredDuringSchedulingIgnoredDuringExecution"):
        item.whole("weight", 0, low=1, high=100, rule="must be in the range 1-100")
    added.unknown()


def _inter_pod(args: Fields) -> None:
    args.whole("hardPodAffinityWeight", 1, low=0, high=100, rule=PERCENT)
    args.flag("ignorePreferredTermsOfExistingPods")


def _preemption(args: Fields) -> None:
    percentage = args.whole("minCandidateNodesPercentage", 10, low=0, high=100, rule=PERCENT)
    absolute = args.whole("minCandidateNodesAbsolute", 100, low=0, rule="must be greater than or equal to 0")
    if percentage == absolute == 0:
        args.invalid("minCandidateNodesPercentage", 0, "cannot be 0 together with minCandidateNodesAbsolute")


def _spread(args: Fields) -> None:
    kind = args.one_of("defaultingType", ("System", "List"))
    constraints = args.list("defaultConstraints")
    if constraints and kind != "List":
        args.invalid("defaultingType", kind or "System", 'when .defaultConstraints are specified, must be "List"')
    for item in constraints:
        item.whole("maxSkew", 0, low=1, rule="must be greater than zero")
        if not item.text("topologyKey", ""):
            item.required("topologyKey")
        item.one_of("whenUnsatisfiable", ("DoNotSchedule", "ScheduleAnyway"), required=True)
        if item.has("labelSelector"):
            item.forbidden("labelSelector", "constraint must not define a selector, as they deduced for each pod")
        item.drop("labelSelector", "minDomains", "nodeAffinityPolicy", "nodeTaintsPolicy", "matchLabelKeys")
        item.unknown()


def _volume_binding(args: Fields) -> None:
    args.whole("bindTimeoutSeconds", 600, low=0, rule="invalid BindTimeoutSeconds, should not be a negative value")
    args.drop("shape")


CHECKS: Final[dict[str, Callable[[Fields], None]]] = {
    "NodeResourcesFit": _fit,
    "NodeResourcesBalancedAllocation": _balanced,
    "NodeAffinity": _affinity,
    "InterPodAffinity": _inter_pod,
    "DefaultPreemption": _preemption,
    "PodTopologySpread": _spread,
    "VolumeBinding": _volume_binding,
}
