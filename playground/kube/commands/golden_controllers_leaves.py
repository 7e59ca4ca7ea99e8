"""Where two values part, leaf by leaf."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

Leaf = tuple[str, object, object]  # where, what is recorded there, what is ours

MISSING: Final = "(missing)"


def differing(real: Any, ours: Any, path: str = "") -> Iterator[Leaf]:
    """Every place in which two values differ, with what stands there."""
    if isinstance(real, Mapping) and isinstance(ours, Mapping):
        for key in sorted({*real, *ours}):
            yield from differing(real.get(key, MISSING), ours.get(key, MISSING), f"{path}.{key}" if path else key)
    elif isinstance(real, list) and isinstance(ours, list) and any(isinstance(each, Mapping) for each in real + ours):
        for index in range(max(len(real), len(ours))):
            pair = [each[index] if index < len(each) else MISSING for each in (real, ours)]
            yield from differing(pair[0], pair[1], f"{path}[{index}]")
    elif real != ours:
        yield path, real, ours
