"""Taints and tolerations as values, and the one rule that joins them (k8s.io/component-helpers/scheduling/corev1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from playground.kube.scheduler.pods import Shape


class Taint(NamedTuple):
    """key=value:effect of a node."""

    key: str
    value: str
    effect: str


@dataclass(frozen=True, slots=True)
class Toleration:
    """One of spec.tolerations. An empty effect fits all effects; an empty key with Exists fits all taints."""

    key: str = ""
    operator: str = "Equal"
    value: str = ""
    effect: str = ""

    def tolerates(self, taint: Taint) -> bool:
        """Tell whether this toleration covers the taint."""
        if self.effect and self.effect != taint.effect:
            return False
        if self.key and self.key != taint.key:
            return False
        return self.operator == "Exists" or (self.operator == "Equal" and self.value == taint.value)


def taints_of(node: Mapping[str, Any]) -> tuple[Taint, ...]:
    """Return spec.taints of a node object."""
    taints = (node.get("spec") or {}).get("taints") or ()
    return tuple(Taint(item["key"], item.get("value") or "", item["effect"]) for item in taints)


def tolerations_of(shape: Shape) -> tuple[Toleration, ...]:
    """Return spec.tolerations of a pod, parsed once per shape."""
    found: tuple[Toleration, ...] | None = shape.parsed.get("tolerations")
    if found is None:
        found = shape.parsed["tolerations"] = tuple(map(_read, shape.spec.get("tolerations") or ()))
    return found


def tolerated(taint: Taint, tolerations: Iterable[Toleration]) -> bool:
    """Tell whether any toleration covers the taint."""
    return any(toleration.tolerates(taint) for toleration in tolerations)


def _read(item: Mapping[str, Any]) -> Toleration:
    return Toleration(
        item.get("key") or "", item.get("operator") or "Equal", item.get("value") or "", item.get("effect") or ""
    )
