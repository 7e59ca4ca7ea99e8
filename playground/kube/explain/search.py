"""The search for the smallest change that would place a pod: single edits, then pairs of them, cheapest first.

What the obstacles offer is only a guess; each claim here was tried with the scheduler's plugins. Nothing is written.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

from playground.kube.explain import edits, obstacles, words
from playground.kube.explain.changes import Change, Edit, Kind, Step, operations
from playground.kube.explain.scene import Mend, Obstacle, Scene
from playground.kube.explain.whatif import Outcome, WhatIf
from playground.kube.scheduler.pods import Pod
from playground.kube.scheduler.table import Node

NODES: Final = 100  # at most so many nodes are looked at closely, those that come closest first
TRIES: Final = 40  # of single edits, and again of pairs
TRIES_OF_KIND: Final = 12
TRIES_OF_NEW: Final = 2  # each counts all pods anew
WANTED: Final = 5  # changes found
OF_KIND: Final = 2  # of the same kind among them
MOST_OBSTACLES: Final = 5  # of a node; two edits hardly take more away
PAIRS_OF_NODE: Final = 6
GUESSED_NODES: Final = 2
GUESSES_OF_NODE: Final = 3
NEW_SORTS: Final = 4
SECOND_LOOKS: Final = 5  # single edits that did not help, looked at once more
SECOND_NODES: Final = 4
FIRST_NODE: Final = "node-1"
ONCE: Final = frozenset({Kind.REQUEST, Kind.SPREAD, Kind.NEW_NODE})  # the best of them says it all


@dataclass(frozen=True, slots=True)
class Found:
    """The changes that would place the pod, the smallest first, and how many were tried."""

    changes: tuple[Change, ...]
    tried: int


class Search:
    """One search for one pod."""

    def __init__(self, whatif: WhatIf, pod: Pod, always: Mend = ()) -> None:
        """`always`: what has to be done in any case, such as taking scheduling gates away."""
        self._whatif = whatif
        self._pod = pod
        self._always = always
        self._tried = 0
        self._found: list[Change] = []

    def run(self, scene: Scene) -> Found:
        """Try single edits, and pairs only if none of those helps."""
        if self._always and self._try(()):
            return Found(tuple(self._found), self._tried)
        singles: list[Mend] = []
        pairs: list[Mend] = []
        blocked = [_covering(_obstacles(scene, node)) for node in _nearest(scene)]
        for found in (*blocked, _new_nodes(scene)):
            of_node = list(found)
            singles += [mend for mend in of_node if len(mend) == 1]
            pairs += sorted((mend for mend in of_node if len(mend) == 2), key=_price)[:PAIRS_OF_NODE]
        failed = self._try_all(singles)
        if not self._found:
            seconds = [pair for mend in failed[:SECOND_LOOKS] for pair in self._second_steps(mend)]
            self._try_all([*pairs, *seconds])
        if not self._found:
            self._try_all(list(_guesses(scene)))
        return Found(tuple(sorted(self._found, key=lambda change: change.cost)), self._tried)

    def _try_all(self, mends: Sequence[Mend]) -> list[Mend]:
        """Try mends, the cheapest first, until enough have helped; returns those that did not."""
        tried: Counter[Any] = Counter()
        helped: Counter[Any] = Counter()
        failed: list[Mend] = []
        for mend in sorted(_unique(mends), key=_price):
            kind = _kinds(mend)
            tries = TRIES_OF_NEW if Kind.NEW_NODE in kind else TRIES_OF_KIND
            if helped[kind] >= (1 if ONCE.intersection(kind) else OF_KIND) or tried[kind] >= tries:
                continue
            if tried.total() >= TRIES or len(self._found) >= WANTED:
                break
            tried[kind] += 1
            if self._try(mend):
                helped[kind] += 1
            else:
                failed.append(mend)
        return failed

    def _try(self, mend: Mend) -> bool:
        """Really run the scheduler on it; keep it if it places the pod."""
        mend = (*self._always, *mend)
        self._tried += 1
        outcome = self._whatif.try_edits(self._pod, mend)
        if not outcome:
            return False
        objects = self._whatif.edited_objects(self._pod, mend)
        steps = tuple(edit.tell() for edit in mend)
        self._found.append(
            Change(
                steps=steps,
                node=outcome.node,
                nodes=outcome.nodes,
                cost=sum(step.cost for step in steps),
                sentence=tell(steps, outcome),
                operations=tuple(operations(mend, objects)),
            )
        )
        return True

    def _second_steps(self, mend: Mend) -> Iterator[Mend]:
        """Look again with an edit done that did not help alone, and pair it with what would still be in the way."""
        done = (*self._always, *mend)
        with self._whatif.edited(done):
            scene = Scene(self._whatif, self._whatif.edited_pod(self._pod, done))
            places = [scene.table.find(edit.where.name) for edit in mend if edit.where.kind == "Node"]
            edited = [node for node in places if node is not None]
            for node in edited or _nearest(scene)[:SECOND_NODES]:
                yield from ((*mend, *more) for more in _covering(_obstacles(scene, node)) if len(more) == 1)


def tell(steps: Sequence[Step], outcome: Outcome) -> str:
    """Return the sentence of a change: who would take the pod, and under which condition."""
    new = next((step for step in steps if step.kind is Kind.NEW_NODE), None)
    if new is not None and outcome.node == new.where.name:
        others = "".join(f" {step.words}" for step in steps if step is not new)
        node = new.words.removeprefix("with ")
        return words.sentence(f"{node[0].upper()}{node[1:]} would take it{others}")
    who = outcome.node or words.names(outcome.nodes, "or")
    said = " and ".join(step.words for step in steps)
    if outcome.node:
        said = said.replace(f"if {who} ", "if that node ").replace(f" on {who}", "")
    return words.sentence(f"{who} would take it {said}")


def _nearest(scene: Scene) -> list[Node]:
    """Return the nodes that refuse the pod, those that come closest to taking it first."""
    far = scene.distances()
    blocked = [node for node in scene.table.rows if far[node.row][0]]
    return sorted(blocked, key=lambda node: far[node.row])[:NODES]


def _obstacles(scene: Scene, node: Node) -> list[tuple[Obstacle, list[Mend]]]:
    return [(obstacle, obstacle.mends()) for obstacle in obstacles.on_node(scene, node)]


def _covering(found: Sequence[tuple[Obstacle, list[Mend]]]) -> Iterator[Mend]:
    """Yield the edits, one or two, that take all obstacles of a node away. Same edits may help against several."""
    covers: dict[frozenset[Edit], set[int]] = {}
    by_key: dict[frozenset[Edit], Mend] = {}
    for number, (_, mends) in enumerate(found):
        for mend in mends:
            key = frozenset(mend)
            covers.setdefault(key, set()).add(number)
            by_key[key] = min(mend, by_key.get(key, mend), key=_price)
    everything = set(range(len(found)))
    small: list[frozenset[Edit]] = []
    for key, covered in covers.items():
        if covered == everything:
            yield by_key[key]
        elif len(key) == 1:
            small.append(key)
    if len(found) <= MOST_OBSTACLES:
        for one, other in combinations(small, 2):
            if covers[one] | covers[other] == everything:
                yield (*by_key[one], *by_key[other])


def _guesses(scene: Scene) -> Iterator[Mend]:
    """Yield pairs that seem too little on the nodes that come closest; "none helps" is then not said without a try."""
    for node in _nearest(scene)[:GUESSED_NODES]:
        first = [min(mends, key=_price) for _, mends in _obstacles(scene, node) if mends]
        for pair in list(combinations([mend for mend in first if len(mend) == 1], 2))[:GUESSES_OF_NODE]:
            yield (*pair[0], *pair[1])


def _unique(mends: Iterable[Mend]) -> list[Mend]:
    return list({frozenset(mend): mend for mend in mends}.values())


def _price(mend: Mend) -> int:
    return sum(edit.cost for edit in mend)


def _kinds(mend: Mend) -> tuple[Kind, ...]:
    return tuple(sorted(edit.kind for edit in mend))


# One more node


def _new_nodes(scene: Scene) -> Iterator[Mend]:
    """Yield one more node like each sort of node there is; with a change of the pod where such a node would need it."""
    if not len(scene.table):
        yield (edits.first(scene.pod, FIRST_NODE),)
        return
    name = _fresh_name([node.name for node in scene.table.rows])
    sorts: dict[str, Node] = {}
    for node in scene.table.by_arrival():
        sorts.setdefault(_sort(node), node)
    lasting = [(node, _when_empty(scene, node)) for node in sorts.values()]
    for node, found in sorted(lasting, key=lambda item: len(item[1]))[:NEW_SORTS]:
        new = edits.one_more(node.object, name)
        if not found:
            yield (new,)
        for mend in _covering(found):
            if len(mend) == 1 and mend[0].where == scene.of_pod:
                yield (*mend, new)


def _when_empty(scene: Scene, node: Node) -> list[tuple[Obstacle, list[Mend]]]:
    """Return what would keep the pod off an empty node of the same sort."""
    return [(item, item.empty()) for item in obstacles.on_node(scene, node) if item.empty is not None]


def _sort(node: Node) -> str:
    """Return what makes nodes alike: labels but for the host's name, taints, and size."""
    labels = sorted(item for item in node.labels.items() if item[0] != edits.HOSTNAME)
    spec, status = node.object.get("spec") or {}, node.object.get("status") or {}
    return repr((labels, spec.get("taints"), sorted((status.get("allocatable") or {}).items())))


def _fresh_name(names: Sequence[str]) -> str:
    """Return the next name in the row: node-4 after node-3."""
    last = names[-1]
    prefix = re.sub(r"[0-9]+$", "", last)
    numbers = [int(name[len(prefix) :]) for name in names if re.fullmatch(re.escape(prefix) + "[0-9]+", name)]
    return f"{prefix}{max(numbers) + 1}" if numbers else f"{last}-2"
