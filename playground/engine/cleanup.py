"""Finds on an engine what belongs to no living installation, and removes it: containers, networks, images.

For `python -m playground.engine cleanup`. What has none of our labels is never looked at.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from playground.engine import installations
from playground.engine.errors import EngineDown, EngineError
from playground.engine.installations import Installation
from playground.engine.port import Engine, Owned

KINDS = ("container", "network", "image")
"""In the order in which they can be removed: what uses comes before what is used."""


@dataclass(frozen=True, slots=True)
class Found:
    """One installation and what is its own on the engine."""

    installation: Installation
    things: tuple[Owned, ...]

    @property
    def text(self) -> str:
        """`2 containers, 1 network and 3 images`, with nothing for none."""
        counts = Counter[str](thing.kind for thing in self.things)
        return ", ".join(f"{counts[kind]} {kind}{'' if counts[kind] == 1 else 's'}" for kind in KINDS if counts[kind])


def find(engine: Engine, state: Path) -> tuple[Found, ...]:
    """Every installation that has something on the engine. Raises `EngineDown`."""
    owned: dict[str, list[Owned]] = defaultdict(list)
    for thing in engine.list_owned(""):
        owned[thing.owner.instance].append(thing)
    return tuple(Found(installations.look(state, instance), tuple(owned[instance])) for instance in sorted(owned))


def remove(engine: Engine, found: Sequence[Found], say: Callable[[str], None]) -> int:
    """Remove all that is listed in *found*; what stays is said. Answers how much that was. Raises `EngineDown`."""
    left = 0
    things = [thing for one in found for thing in one.things]
    for thing in sorted(things, key=lambda one: KINDS.index(one.kind)):
        try:
            _remove(engine, thing)
        except EngineDown:
            raise
        except EngineError as error:
            left += 1
            say(f"{thing.kind} {thing.name or thing.id} stays: {error.message}")
    return left


def _remove(engine: Engine, thing: Owned) -> None:
    if thing.kind == "container":
        engine.remove_container(thing.id)
    elif thing.kind == "network":
        engine.remove_network(thing.name)
    else:
        engine.remove_image(thing.name or thing.id)
