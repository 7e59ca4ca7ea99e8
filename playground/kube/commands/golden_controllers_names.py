"""Placeholders of the recordings of controllers, and what stands for them in our cluster.

`<hashN>`, `<pN>`, `<revN>`, `<esN>` and `<tickN>` are numbered in order of appearance, `<ip:pod>` and `<clusterIP:svc>`
say whose they are, uids are `<uid>` and times `<t>`. Names learns them from our log and translates both ways.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY
from playground.kube.store import Change

Json = Mapping[str, Any]

TIME: Final = re.compile(r'"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z"')
UID: Final = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
REFUSED: Final = re.compile(r'(pods \\"[^" ]*-)[bcdfghjklmnpqrstvwxz2456789]{5}(\\" is forbidden)')
PLACEHOLDER: Final = re.compile(r"<[a-z]+\d+>")
RANDOM: Final = {"pods": "p", "endpointslices.discovery.k8s.io": "es"}
SUFFIX: Final = 5  # letters; a StatefulSet's pods have a generateName, too, but not such a name
HASHES: Final = {"replicasets.apps": ("pod-template-hash", "hash")}
TICK: Final = re.compile(r"-(\d{8})$")


class Names:
    """What our objects are called in the recording."""

    def __init__(self) -> None:
        self._ours: dict[str, str] = {}  # our word -> placeholder
        self._theirs: dict[str, str] = {}  # placeholder -> our word
        self._counts: dict[str, int] = {}
        self._pattern: re.Pattern[str] | None = None

    def learn(self, changes: Iterable[Change]) -> None:
        """Take in the names that changes bring, in their order."""
        for change in changes:
            if change.type == "ADDED":
                self._learn_name(change)
            if change.resource == "pods":
                self._learn_address("ip", change.object, (change.object.get("status") or EMPTY).get("podIP"))
            elif change.resource == "services":
                self._learn_address("clusterIP", change.object, change.object["spec"].get("clusterIP"))

    def ours(self, value: Any) -> Any:
        """A recorded value with our words in place of the placeholders; one that we do not know stays."""
        text = PLACEHOLDER.sub(lambda found: self._theirs.get(found[0], found[0]), json.dumps(value))
        return json.loads(text)

    def theirs(self, value: Any) -> Any:
        """A plain copy of one of our values, with placeholders."""
        text = TIME.sub('"<t>"', json.dumps(value))
        if self._ours:
            if self._pattern is None:
                words = sorted(self._ours, key=lambda word: (-len(word), word))
                self._pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)")
            text = self._pattern.sub(lambda found: self._ours[found[0]], text)
        return json.loads(REFUSED.sub(r"\1<new>\2", UID.sub("<uid>", text)))

    def _learn_name(self, change: Change) -> None:
        metadata = change.object["metadata"]
        name, generated = metadata["name"], metadata.get("generateName")
        labels = metadata.get("labels") or EMPTY
        if change.resource in HASHES:
            label, word = HASHES[change.resource]
            self._number(word, labels.get(label))
        elif change.resource == "controllerrevisions.apps":
            self._number("rev", name.removeprefix(f"{(meta.owner(change.object) or {'name': ''})['name']}-"))
        elif change.resource == "jobs.batch" and (tick := TICK.search(name)):
            self._number("tick", tick[1])
        elif change.resource in RANDOM and generated and len(name) == len(generated) + SUFFIX:
            self._number(RANDOM[change.resource], name.removeprefix(generated))

    def _learn_address(self, kind: str, obj: Json, address: str | None) -> None:
        if address and address != "None" and address not in self._ours:
            self._put(address, f"<{kind}:{self.theirs(meta.name(obj))}>")

    def _number(self, word: str, ours: str | None) -> None:
        if ours and ours not in self._ours:
            self._counts[word] = self._counts.get(word, 0) + 1
            self._put(ours, f"<{word}{self._counts[word]}>")

    def _put(self, ours: str, placeholder: str) -> None:
        self._ours[ours], self._theirs[placeholder] = placeholder, ours
        self._pattern = None
