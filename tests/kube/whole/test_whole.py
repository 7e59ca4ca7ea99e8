"""Random stories of whole clusters: they go on alike after a snapshot, and come to rest (tests/soak: many more)."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from playground.kube import Cluster
from tests.kube.whole import properties, stories
from tests.kube.whole.stories import Action

FEW = settings(
    max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True,
    phases=[Phase.explicit, Phase.generate],
)  # fmt: skip


@FEW
@given(properties.parts(3, 10))
def test_a_saved_and_a_forked_cluster_go_on_as_the_one_that_was_left_alone(
    parts: tuple[list[Action], list[Action]],
) -> None:
    properties.goes_on_alike(*parts)


@settings(FEW, max_examples=40)
@given(stories.of(8, 16))
def test_every_story_comes_to_rest_with_what_is_wanted(story: list[Action]) -> None:
    properties.comes_to_rest(story)


LOADED: list[Action] = [("load", "web", "default", 30.0), ("advance", 5.0)]


def test_a_load_goes_on_while_kube_proxy_is_down_also_in_a_restored_cluster() -> None:
    cluster = stories.beginning().fork()
    stories.play(cluster, [*LOADED, ("fault", "stop", "kube-proxy"), ("advance", 5.0)])
    again = Cluster.restore(cluster.snapshot())
    for each in (cluster, again):
        stories.play(each, [("advance", 5.0), ("pod fault", "kill_container", 0), ("advance", 2.0)])
        stories.play(each, [("fault", "start", "kube-proxy"), ("advance", 10.0)])
    reports = [each.traffic.report("default", "web") for each in (cluster, again)]
    assert reports[0] is not None
    assert reports[0] == reports[1]
    assert reports[0].counts.requests == pytest.approx(30.0 * 27)
