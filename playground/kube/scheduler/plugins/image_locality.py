"""ImageLocality: prefers nodes that hold the pod's images already (plugins/imagelocality/image_locality.go)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from playground.kube.scheduler.framework import MAX_NODE_SCORE, Handle, Reads
from playground.kube.scheduler.pods import Shape
from playground.kube.scheduler.table import IntArray, Node, Rows

NAME: Final = "ImageLocality"
MIB: Final = 1024 * 1024
LEAST: Final = 23 * MIB  # bytes: below, images do not count
MOST: Final = 1000 * MIB  # bytes for each container: above, nothing more is gained

Want = tuple[str, ...]
Images = tuple[tuple[str, int], ...]


class ImageLocality:
    """Scores by the bytes of the pod's images on the node, each scaled by the share of nodes that have the image."""

    name = NAME
    reads = Reads.CLUSTER

    def __init__(self, handle: Handle) -> None:
        self._table = handle.table

    def score_want(self, shape: Shape) -> Want:
        """Return the image of every init container and container, with its tag."""
        containers = (*(shape.spec.get("initContainers") or ()), *(shape.spec.get("containers") or ()))
        return tuple(_with_tag(container.get("image") or "") for container in containers)

    def score_rows(self, want: Want, rows: Rows) -> IntArray:
        """0..100 between the two thresholds."""
        facet = self._table.facet(NAME, _images)
        if not facet.values:
            return np.zeros(len(rows), dtype=np.int64)
        worth = self._worth(want)
        total = facet.map(lambda images: _sum(images, worth, want), rows)
        most = MOST * len(want)
        score: IntArray = MAX_NODE_SCORE * (np.clip(total, LEAST, most) - LEAST) // (most - LEAST)
        return score

    def _worth(self, want: Want) -> dict[str, int]:
        """What each wanted image is worth: the size that the first node told, times the share of nodes with it."""
        sizes: dict[str, int] = {}
        count: Counter[str] = Counter()
        for node in self._table.by_arrival():
            for name, size in _images(node) or ():
                if name in want:
                    sizes.setdefault(name, size)
                    count[name] += 1
        nodes = len(self._table)
        return {name: int(float(size) * (float(count[name]) / float(nodes))) for name, size in sizes.items()}


def _images(node: Node) -> Images | None:
    """Return (name, bytes) of every image name of a node, once each; None without images."""
    found: dict[str, int] = {}
    for image in (node.object.get("status") or {}).get("images") or ():
        for name in image.get("names") or ():
            found.setdefault(_with_tag(name), image.get("sizeBytes") or 0)
    return tuple(found.items()) or None


def _sum(images: Images, worth: Mapping[str, int], want: Want) -> int:
    there = {name for name, _ in images}
    return sum(worth.get(name, 0) for name in want if name in there)


def _with_tag(image: str) -> str:
    """Add ":latest" to a name without a tag."""
    return image if image.rfind(":") > image.rfind("/") else f"{image}:latest"


def new(_args: Mapping[str, Any], handle: Handle) -> ImageLocality:
    """Make the plugin."""
    return ImageLocality(handle)
