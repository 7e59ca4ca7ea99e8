"""NodeAffinity: labels that the pod's nodeSelector or its required node affinity asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final, NamedTuple

from playground.kube.explain import edits, words
from playground.kube.explain.changes import Edit
from playground.kube.explain.scene import Mend, Obstacle, Scene
from playground.kube.objects.frozen import find
from playground.kube.scheduler.plugins.node_affinity import NAME, NOT_ENFORCED
from playground.kube.scheduler.table import Node
from playground.kube.selectors import NodeSelectorTerm

# Labels that tell what a machine is: nobody changes them for a pod's sake.
FIXED: Final = frozenset({edits.HOSTNAME, "kubernetes.io/os", "kubernetes.io/arch"})


# The value that fulfils an operator with its values.
WANTED: Final[Mapping[str, Callable[[Sequence[str]], str]]] = {
    "In": lambda values: values[0],
    "Exists": lambda _values: "true",
    "Gt": lambda values: str(int(values[0]) + 1),
    "Lt": lambda values: str(int(values[0]) - 1),
}


class Condition(NamedTuple):
    """One condition of a node affinity term."""

    term: Mapping[str, Any]
    part: str  # matchExpressions or matchFields
    body: Mapping[str, Any]


def read(scene: Scene, node: Node, _want: Any, verdict: int) -> list[Obstacle]:
    """One obstacle for each label that is missing or wrong; of several terms, those of the term that comes closest."""
    if verdict == NOT_ENFORCED:
        said = "does not match the node affinity that the scheduler's configuration adds"
        return [_obstacle(said, list)]
    return [*_selector(scene, node), *_terms(scene, node)]


def _selector(scene: Scene, node: Node) -> Iterator[Obstacle]:
    for key, value in sorted((scene.pod.shape.spec.get("nodeSelector") or {}).items()):
        if node.labels.get(key) != value:
            said = f"{_has(node, key)}; the pod's nodeSelector asks for {words.label(key, value)}"
            mends = partial(_label_mends, scene, node, key, value)
            yield _obstacle(said, mends)


def _label_mends(scene: Scene, node: Node, key: str, value: str) -> list[Mend]:
    mends: list[Mend] = [(edits.without_node_selector(scene.pod, key),)]
    if key not in FIXED:
        mends.append((edits.with_label(node.object, key, value),))
    return mends


def _terms(scene: Scene, node: Node) -> list[Obstacle]:
    terms = find(scene.pod.object, edits.NODE_TERMS)
    if terms is None or any(NodeSelectorTerm.of(term).matches(node.labels, node.name) for term in terms):
        return []
    failing = [[item for item in _conditions(term) if not _holds(item, node)] for term in terms]
    nearest = min((part for part in failing if part), key=len, default=[])
    if not nearest:
        return [_obstacle("matches none of the pod's node affinity terms", partial(_all, scene))]
    if len(nearest) == 1:
        lone = [part[0] for part in failing if len(part) == 1]  # any one of them would do
        return [_obstacle(_said(nearest[0], node), partial(_condition_mends, scene, node, lone))]
    return [_obstacle(_said(item, node), partial(_condition_mends, scene, node, [item])) for item in nearest]


def _obstacle(said: str, mends: Callable[[], list[Mend]]) -> Obstacle:
    return Obstacle(NAME, said, mends, mends)


def _conditions(term: Mapping[str, Any]) -> Iterator[Condition]:
    for part in ("matchExpressions", "matchFields"):
        for body in term.get(part) or ():
            yield Condition(term, part, body)


def _holds(item: Condition, node: Node) -> bool:
    return NodeSelectorTerm.of({item.part: [item.body]}).matches(node.labels, node.name)


def _said(item: Condition, node: Node) -> str:
    key = item.body["key"]
    if item.part == "matchFields":
        return f"is not the node that the pod's node affinity names ({text(item.body)})"
    return f"{_has(node, key)}; the pod's node affinity asks for {text(item.body)}"


def _has(node: Node, key: str) -> str:
    return f"has {words.label(key, node.labels[key])}" if key in node.labels else f"has no label {key}"


def text(body: Mapping[str, Any]) -> str:
    """Return a condition as one line: disktype In (ssd, nvme)."""
    values = ", ".join(body.get("values") or ())
    return f"{body['key']} {body['operator']}" + (f" ({values})" if values else "")


def _condition_mends(scene: Scene, node: Node, items: Sequence[Condition]) -> list[Mend]:
    without = [(edits.without_condition(scene.pod, *item, text(item.body)),) for item in items]
    labels = [(label,) for item in items for label in _labels_for(scene, item, node)]
    return [*without, *_all(scene), *labels]


def _all(scene: Scene) -> list[Mend]:
    return [(edits.without_node_affinity(scene.pod),)]


def _labels_for(scene: Scene, item: Condition, node: Node) -> Iterator[Edit]:
    """Yield the changes of a label that make the condition hold; a value that the nodeSelector asks for may do, too."""
    key, operator, values = item.body["key"], item.body["operator"], item.body.get("values") or ()
    if item.part == "matchFields" or key in FIXED:
        return
    if operator in {"NotIn", "DoesNotExist"}:
        yield edits.without_label(node.object, key)
    elif operator == "Exists" and (scene.has_label(key) or key in scene.topology_keys()):
        for mend in scene.labelling(node, key):
            yield from mend
    elif not (wanted := WANTED[operator](values)).startswith("-"):  # no label may be a negative number
        yield edits.with_label(node.object, key, wanted)
    selected = (scene.pod.shape.spec.get("nodeSelector") or {}).get(key)
    if (
        selected
        and selected not in values[:1]
        and NodeSelectorTerm.of({item.part: [item.body]}).matches({key: selected}, "")
    ):
        yield edits.with_label(node.object, key, selected)
