"""KubeSchedulerConfiguration: profiles, weights, and errors that name the field."""

from __future__ import annotations

from typing import Any

import pytest

from playground.kube.scheduler.config import ConfigError, default, read
from tests.kube.scheduler.support import Bench, cluster, node, node_of, pod

HEAD = {"apiVersion": "kubescheduler.config.k8s.io/v1", "kind": "KubeSchedulerConfiguration"}


def profile(**fields: Any) -> dict[str, Any]:
    return {**HEAD, "profiles": [fields]}


@pytest.mark.parametrize(
    ("document", "error"),
    [
        ({**HEAD, "kind": "Other"}, 'kind: Unsupported value: "Other": supported values: "KubeSchedulerConfiguration"'),
        (
            {**HEAD, "percentageOfNodesToScore": 101},
            "percentageOfNodesToScore: Invalid value: 101: not in valid range [0-100]",
        ),
        ({**HEAD, "podInitialBackoffSeconds": 0}, "podInitialBackoffSeconds: Invalid value: 0: must be greater than 0"),
        (
            {**HEAD, "podMaxBackoffSeconds": 0},
            "podMaxBackoffSeconds: Invalid value: 0: must be greater than or equal to PodInitialBackoffSeconds",
        ),
        ({**HEAD, "profiels": []}, "profiels: Invalid value: unknown field"),
        (
            profile(percentageOfNodesToScore="x"),
            'profiles[0].percentageOfNodesToScore: Invalid value: "x": must be an integer',
        ),
        (
            profile(plugins={"score": {"enabled": [{"name": "Nope"}]}}),
            'profiles[0].plugins.score.enabled[0].name: Invalid value: "Nope": plugin does not exist',
        ),
        (
            profile(pluginConfig=[{"name": "InterPodAffinity", "args": {"hardPodAffinityWeight": 200}}]),
            "profiles[0].pluginConfig[0].args.hardPodAffinityWeight: Invalid value: 200: not in valid range [0-100]",
        ),
        (
            profile(pluginConfig=[{"name": "NodeName", "args": {"any": 1}}]),
            "profiles[0].pluginConfig[0].args.any: Invalid value: unknown field",
        ),
        (
            {**HEAD, "profiles": [{"schedulerName": "a"}, {"schedulerName": "a"}]},
            'profiles[1].schedulerName: Duplicate value: "a"',
        ),
        ({**HEAD, "profiles": [{"schedulerName": "a"}, {}]}, "profiles[1].schedulerName: Required value"),
    ],
)
def test_an_error_names_its_field(document: dict[str, Any], error: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(document)
    assert [str(item) for item in caught.value.errors] == [error]


def test_without_profiles_there_is_the_default_one() -> None:
    assert read(HEAD) == default()


def test_the_default_weights_are_kubernetes() -> None:
    weights = {plugin.name: weight for plugin, weight in Bench().profile.scores}
    assert weights == {
        "TaintToleration": 3,
        "NodeAffinity": 2,
        "NodeResourcesFit": 1,
        "VolumeBinding": 1,
        "PodTopologySpread": 2,
        "InterPodAffinity": 2,
        "DynamicResources": 2,
        "NodeResourcesBalancedAllocation": 1,
        "ImageLocality": 1,
    }


def test_a_disabled_plugin_does_not_run_and_a_weight_can_be_changed() -> None:
    plugins = {
        "multiPoint": {"disabled": [{"name": "TaintToleration"}]},
        "score": {"enabled": [{"name": "ImageLocality", "weight": 7}]},
    }
    found = read(profile(plugins=plugins)).profiles[0].plugins
    assert "TaintToleration" not in found["filter"]
    assert found["score"]["ImageLocality"] == 7
    assert next(iter(found["score"])) == "ImageLocality"


def test_all_plugins_of_a_point_can_be_replaced_by_some() -> None:
    plugins = {"score": {"disabled": [{"name": "*"}], "enabled": [{"name": "NodeResourcesFit", "weight": 3}]}}
    found = read(profile(plugins=plugins)).profiles[0].plugins
    assert (dict(found["score"]), "NodeName" in found["filter"]) == ({"NodeResourcesFit": 3}, True)


def test_a_profile_can_prefer_full_nodes() -> None:
    args = {"scoringStrategy": {"type": "MostAllocated", "resources": [{"name": "cpu", "weight": 1}]}}
    packing = {
        "schedulerName": "packing",
        "plugins": {"multiPoint": {"disabled": [{"name": "NodeResourcesBalancedAllocation"}]}},
        "pluginConfig": [{"name": "NodeResourcesFit", "args": args}],
    }
    both = {**HEAD, "profiles": [{"schedulerName": "default-scheduler"}, packing]}
    made = cluster(node("n1"), node("n2"), pod("first", cpu="1", schedulerName="packing"), config=both)
    made.advance(0)
    there = node_of(made, "first")
    for name, scheduler in (("packed", "packing"), ("spread", "default-scheduler")):
        made.apply([pod(name, cpu="1", schedulerName=scheduler)])
    made.advance(0)
    assert node_of(made, "packed") == there
    assert node_of(made, "spread") != there
