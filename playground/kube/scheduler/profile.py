"""A Profile: the plugins of one scheduler name, made and sorted by what they can do."""

from __future__ import annotations

from dataclasses import dataclass

from playground.kube.scheduler.config import ProfileConfig
from playground.kube.scheduler.framework import (
    Binds,
    Enqueues,
    Handle,
    Plugin,
    PostFilter,
    PreEnqueue,
    PreFilter,
    QueueSort,
    RowFilter,
    RowScore,
    SetFilter,
    SetScore,
)
from playground.kube.scheduler.plugins.registry import REGISTRY

Filter = RowFilter | SetFilter
Score = RowScore | SetScore


@dataclass(frozen=True, slots=True)
class Profile:
    """The plugins of each extension point, in the order in which they run."""

    name: str
    percentage: int | None  # percentageOfNodesToScore of this profile
    queue_sort: QueueSort
    pre_enqueue: tuple[PreEnqueue, ...]
    pre_filters: tuple[PreFilter, ...]
    filters: tuple[Filter, ...]
    post_filters: tuple[PostFilter, ...]
    scores: tuple[tuple[Score, int], ...]  # with weights
    binds: tuple[Binds, ...]
    enqueues: tuple[Enqueues, ...]


def build(config: ProfileConfig, handle: Handle) -> Profile:
    """Make the plugins of a profile. One instance serves all extension points at which it is enabled."""
    made: dict[str, Plugin] = {}

    def at(point: str) -> list[tuple[Plugin, int]]:
        found = []
        for name, weight in config.plugins[point].items():
            if name not in made:
                made[name] = REGISTRY[name].new(config.args.get(name, {}), handle)
            found.append((made[name], weight))
        return found

    scores = tuple((plugin, weight) for plugin, weight in at("score") if isinstance(plugin, RowScore | SetScore))
    sorts = [plugin for plugin, _ in at("queueSort") if isinstance(plugin, QueueSort)]
    pre_bind = {plugin.name: plugin for point in ("reserve", "preBind") for plugin, _ in at(point)}
    return Profile(
        name=config.name,
        percentage=config.percentage,
        queue_sort=sorts[0],
        pre_enqueue=tuple(plugin for plugin, _ in at("preEnqueue") if isinstance(plugin, PreEnqueue)),
        pre_filters=tuple(plugin for plugin, _ in at("preFilter") if isinstance(plugin, PreFilter)),
        filters=tuple(plugin for plugin, _ in at("filter") if isinstance(plugin, RowFilter | SetFilter)),
        post_filters=tuple(plugin for plugin, _ in at("postFilter") if isinstance(plugin, PostFilter)),
        scores=scores,
        binds=tuple(plugin for plugin in pre_bind.values() if isinstance(plugin, Binds)),
        enqueues=tuple(plugin for plugin in made.values() if isinstance(plugin, Enqueues)),
    )
