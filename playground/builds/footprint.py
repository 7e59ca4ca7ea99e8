"""What an image takes of a learner's room: its layers beyond the site's base image, one that several share once. Pure.

The engine's history has no name for a layer. Two images with the same lines from the beginning on (instruction, moment,
size) have the same layers: a step that is run again is another moment, one from the cache is not.
"""

import hashlib
from collections.abc import Iterable, Sequence

from playground.engine.port import Layer

OwnLayer = tuple[str, int]
"""A name for the layer and all below it, and its bytes."""


def own_layers(newest_first: Sequence[Layer], *, foundation: int) -> list[OwnLayer]:
    """The layers that have bytes, oldest first, without the first *foundation* lines of the history."""
    chain, own = "", []
    for at, layer in enumerate(reversed(newest_first)):
        line = f"{chain}\n{layer.created_by}\n{layer.created_at}\n{layer.size}"
        chain = hashlib.sha256(line.encode()).hexdigest()[:16]
        if at >= foundation and layer.size:
            own.append((chain, layer.size))
    return own


def together(images: Iterable[Iterable[OwnLayer]]) -> int:
    """The bytes of several images' own layers."""
    return sum({name: size for own in images for name, size in own}.values())
