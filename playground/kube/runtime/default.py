"""The runtime of a learner's cluster: images by a rule (images.py), containers by what they are started with (plan.py).

It keeps nothing and draws no lots: the same start gives the same life.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.kube.runtime import images
from playground.kube.runtime.container import DefaultContainer
from playground.kube.runtime.history import History
from playground.kube.runtime.plan import plan
from playground.kube.runtime.protocol import Image, Start


class DefaultRuntime:
    """Runs containers as protocol.Runtime asks for."""

    def image(self, reference: str) -> Image | None:
        """Return what the registry has under a reference; None when there is no such image."""
        return images.find(reference)

    def create(self, start: Start, now: float) -> DefaultContainer:
        """Start a container."""
        return DefaultContainer(start, now, plan(start), History(settled=now))

    def restore(self, start: Start, started_at: float, state: Mapping[str, Any]) -> DefaultContainer:
        """Return a container as its `state` described it."""
        return DefaultContainer(start, started_at, plan(start), History.of(state))
