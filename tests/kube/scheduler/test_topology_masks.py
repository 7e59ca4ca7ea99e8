"""Which nodes count for a spread constraint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from playground.kube.scheduler.plugins.node_affinity import Required, required_of
from playground.kube.scheduler.tolerations import Toleration
from playground.kube.scheduler.topology_masks import Eligible
from tests.kube.scheduler.topology_support import ZONE, World

GPU = {"key": "gpu", "value": "yes", "effect": "NoSchedule"}


@pytest.fixture
def world() -> World:
    made = World()
    made.node("plain", zone="a", disk="ssd")
    made.node("tainted", zone="a", taints=[GPU])
    made.node("bare", disk="ssd", taints=[{**GPU, "effect": "PreferNoSchedule"}])
    return made


def counted(world: World, eligible: Eligible) -> set[str]:
    mask = eligible.mask(world.table)()
    return {node.name for node in world.table.rows if mask[node.row]}


def test_without_conditions_there_is_nothing_to_look_at() -> None:
    assert not Eligible()
    assert Eligible(keys=("rack",))
    assert Eligible(required=Required((("disk", "ssd"),)))
    assert Eligible(tolerations=())


def test_a_node_needs_all_keys(world: World) -> None:
    assert counted(world, Eligible(keys=(ZONE,))) == {"plain", "tainted"}
    assert counted(world, Eligible(keys=(ZONE, "disk"))) == {"plain"}


@pytest.mark.parametrize(
    "spec",
    [
        {"nodeSelector": {"disk": "ssd"}},
        {
            "affinity": {
                "nodeAffinity": {
                    "requiredDuringSchedulingIgnoredDuringExecution": {
                        "nodeSelectorTerms": [{"matchExpressions": [{"key": "disk", "operator": "Exists"}]}]
                    }
                }
            }
        },
    ],
    ids=["selector", "affinity"],
)
def test_a_node_has_to_match_the_pods_node_affinity(world: World, spec: Mapping[str, Any]) -> None:
    required = required_of(world.pod(**spec).shape)
    assert counted(world, Eligible(required=required)) == {"plain", "bare"}


def test_taints_that_repel_have_to_be_tolerated(world: World) -> None:
    assert counted(world, Eligible(tolerations=())) == {"plain", "bare"}
    tolerant = Toleration("gpu", "Exists")
    assert counted(world, Eligible(tolerations=(tolerant,))) == {"plain", "bare", "tainted"}


def test_a_mask_follows_the_nodes(world: World) -> None:
    mask = Eligible(tolerations=()).mask(world.table)
    before = mask()
    world.node("plain", zone="a", taints=[GPU])
    assert before[world.row("plain")]
    assert not mask()[world.row("plain")]
