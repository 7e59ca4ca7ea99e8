"""Which plugins run at which extension point: the defaults, and what a profile's `plugins` makes of them.

After pkg/scheduler/apis/config/v1/default_plugins.go (merging) and framework/runtime/framework.go (MultiPoint).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from playground.kube.scheduler.config_fields import Fields
from playground.kube.scheduler.plugins.registry import DEFAULT_WEIGHTS

EXTENSION_POINTS: Final = (
    "preEnqueue",
    "queueSort",
    "preFilter",
    "filter",
    "postFilter",
    "preScore",
    "score",
    "reserve",
    "permit",
    "preBind",
    "bind",
    "postBind",
)
MULTI_POINT: Final = "multiPoint"
POINTS: Final = frozenset(DEFAULT_WEIGHTS)  # names of plugins that exist

Weights = dict[str, int]


def default_plugins() -> dict[str, Mapping[str, int]]:
    """Return extension point -> plugin -> weight without any configuration: every plugin wherever it can act."""
    return {point: dict(DEFAULT_WEIGHTS) for point in EXTENSION_POINTS}


def merge_plugins(plugins: Fields) -> dict[str, Mapping[str, int]]:
    """Return extension point -> plugin -> weight for a profile's `plugins`; what is wrong is noted in its errors."""
    multi_fields = plugins.map(MULTI_POINT)
    everywhere = _merge(dict(DEFAULT_WEIGHTS), *_read(multi_fields))
    found: dict[str, Mapping[str, int]] = {}
    for point in EXTENSION_POINTS:
        found[point] = _at_point(everywhere, *_read(plugins.map(point)))
    sorts = [name for name in found["queueSort"] if name == "PrioritySort"]
    if not sorts:
        plugins.invalid(
            "queueSort", list(found["queueSort"]), "only one queue sort plugin can be enabled, and one must be"
        )
    plugins.unknown()
    return found


def _read(fields: Fields) -> tuple[Weights, set[str]]:
    """Return what is enabled, with weights, and what is disabled."""
    enabled: Weights = {}
    for item in fields.list("enabled"):
        name = _name(item)
        weight = item.whole("weight", 0, low=0, rule="must be greater than or equal to 0")
        item.unknown()
        if name in enabled:
            item.duplicate("name", name)
        enabled[name] = weight or DEFAULT_WEIGHTS.get(name, 0)
    disabled: set[str] = set()
    for item in fields.list("disabled"):
        disabled.add(item.text("name", "") if item.values.get("name") == "*" else _name(item))
        item.whole("weight", 0)
        item.unknown()
    fields.unknown()
    return enabled, disabled


def _name(item: Fields) -> str:
    name = item.text("name", "")
    if not name:
        item.required("name")
    elif name not in POINTS:
        item.invalid("name", name, "plugin does not exist")
    return name


def _merge(defaults: Weights, enabled: Weights, disabled: set[str]) -> Weights:
    """Defaults that are not disabled, in place with their new weight if enabled again; then what else is enabled."""
    kept: Weights = {}
    if "*" not in disabled:
        kept = {name: enabled.get(name, weight) for name, weight in defaults.items() if name not in disabled}
    return kept | enabled


def _at_point(everywhere: Weights, enabled: Weights, disabled: set[str]) -> Weights:
    """First what point and multiPoint both name, in the point's order; then multiPoint's; then the point's own."""
    first = {name: weight for name, weight in enabled.items() if name in everywhere}
    rest = {} if "*" in disabled else {name: weight for name, weight in everywhere.items() if name not in disabled}
    return {**first, **{name: weight for name, weight in rest.items() if name not in first}, **enabled}
