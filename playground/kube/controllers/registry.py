"""All controllers, in the order of their turns. A controller's name is the component that its events name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from playground.kube.client.controller import Context
from playground.kube.loop import Actor

Factory = Callable[[Context], Actor]

CONTROLLERS: Final[Mapping[str, Factory]] = {}
