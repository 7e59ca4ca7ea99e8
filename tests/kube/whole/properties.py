"""The properties themselves, of one story each; the tests beside and those of tests/soak draw the stories."""

from __future__ import annotations

import json

from hypothesis import strategies as st

from playground.kube import Cluster, log
from tests.kube.whole import invariants, settled, stories
from tests.kube.whole.stories import Action

LATER = 90.0  # seconds after the story's end: probes, back-offs, evictions, the next minute of CronJobs


def goes_on_alike(before: list[Action], after: list[Action]) -> None:
    """A cluster saved between two parts of a story and restored, and a fork, go on as the one that was left alone."""
    origin = stories.beginning().fork()
    stories.play(origin, before)
    saved = json.dumps(origin.snapshot())
    restored, fork = Cluster.restore(json.loads(saved)), origin.fork()
    told = [_told(fork, after), _told(restored, after)]
    assert json.dumps(origin.snapshot()) == saved, "a fork disturbed its origin"
    expected = _told(origin, after)
    for one, other in ((expected, told[0]), (expected, told[1])):
        first = next((pair for pair in zip(one, other, strict=False) if pair[0] != pair[1]), None)
        assert first is None, first
        assert len(one) == len(other)
    states = {_state(cluster) for cluster in (origin, restored, fork)}
    assert len(states) == 1, "the same log, but not the same state"


def _told(cluster: Cluster, story: list[Action]) -> list[str]:
    """Play a story and return the whole log."""
    stories.play(cluster, story)
    cluster.advance(LATER)
    return list(log.lines(cluster.changes_since(0)))


def _state(cluster: Cluster) -> str:
    """Return all of a cluster's state."""
    return json.dumps(cluster.snapshot(), sort_keys=True)


def comes_to_rest(story: list[Action]) -> None:
    """Once mended, a cluster has what is wanted and is quiet; its log never held what it must not."""
    cluster = stories.beginning().fork()
    stories.play(cluster, story)
    stories.settle(cluster)
    invariants.check(cluster)
    found = list(settled.problems(cluster))
    assert not found, found


def parts(least: int, most: int) -> st.SearchStrategy[tuple[list[Action], list[Action]]]:
    """Stories in two parts."""
    return st.tuples(stories.of(0, most), stories.of(least, most))
