"""Containers for tests of the runtime, started at START."""

from __future__ import annotations

from typing import Any

from playground.kube.runtime.container import DefaultContainer
from playground.kube.runtime.default import DefaultRuntime
from playground.kube.runtime.protocol import Start

START = 1767225600.0  # 2026-01-01T00:00:00Z


def container(image: str, *command: str, **fields: Any) -> DefaultContainer:
    """A container of the pod web-1, started at START."""
    return DefaultRuntime().create(start(image, *command, **fields), START)


def shell(script: str, **fields: Any) -> DefaultContainer:
    """A busybox that runs a script."""
    return container("busybox", "sh", "-c", script, **fields)


def start(image: str, *command: str, **fields: Any) -> Start:
    """What such a container is started with."""
    return Start("web-1", "default", "uid-1", "node-1", "10.244.0.5", "web", image, command, **fields)


def texts(box: DefaultContainer, until: float = 1e6) -> list[str]:
    """What it wrote in so many seconds."""
    return [line.text for line in box.lines(START, START + until)]


def ends(box: DefaultContainer) -> tuple[float, int, str] | None:
    """After how many seconds it ends, with which code and why; None for never."""
    end = box.ending()
    return None if end is None else (round(end.at - START, 3), end.code, end.why)
