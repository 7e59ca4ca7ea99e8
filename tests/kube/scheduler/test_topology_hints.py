"""After which happenings a pod refused by spreading or affinity is tried again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from playground.kube.scheduler.events import Action, Happening
from playground.kube.scheduler.plugins.inter_pod_affinity import InterPodAffinity
from playground.kube.scheduler.plugins.pod_topology_spread import PodTopologySpread
from playground.kube.scheduler.pods import Pod
from tests.kube.scheduler.topology_support import HOST, ZONE, World, apart, near, node_object, pod_object, spread, term

WEB, DB = {"app": "web"}, {"app": "db"}
Tried = Callable[[Happening], bool]


@pytest.fixture
def world() -> World:
    made = World()
    made.namespace("default")
    return made


def spreading(world: World, **more: Any) -> Tried:
    return tried(PodTopologySpread({}, world.handle), world.pod(labels=WEB, topologySpreadConstraints=[spread(**more)]))


def affine(world: World, affinity: Mapping[str, Any]) -> Tried:
    return tried(InterPodAffinity({}, world.handle), world.pod(labels=WEB, affinity=affinity))


def tried(plugin: PodTopologySpread | InterPodAffinity, pod: Pod) -> Tried:
    """Return whether any of the plugin's hints that listen to a happening would try the pod again."""

    def would(happening: Happening) -> bool:
        return any(
            hint(pod, happening)
            for event, hint in plugin.events()
            if event.resource == happening.resource and event.actions & happening.actions
        )

    return would


def came(pod: Pod) -> Happening:
    return Happening("assigned", Action.ADD, new=pod)


def went(pod: Pod) -> Happening:
    return Happening("assigned", Action.DELETE, old=pod)


def relabelled(old: Pod, new: Pod) -> Happening:
    return Happening("assigned", Action.UPDATE_POD_LABEL, old=old, new=new)


def node(old: Mapping[str, str] | None, new: Mapping[str, str] | None) -> Happening:
    actions = Action.ADD if old is None else Action.DELETE if new is None else Action.UPDATE_NODE_LABEL
    made = [None if labels is None else node_object("n", labels, [], "4") for labels in (old, new)]
    return Happening("nodes", actions, old=made[0], new=made[1])


def test_spreading_looks_again_when_a_matching_pod_comes_or_goes(world: World) -> None:
    again = spreading(world)
    assert again(came(world.pod(labels=WEB)))
    assert again(went(world.pod(labels=WEB)))
    assert not again(came(world.pod(labels=DB)))
    assert not again(went(world.pod(labels=WEB, namespace="other")))


def test_spreading_looks_again_when_a_label_makes_a_pod_match_or_not(world: World) -> None:
    again = spreading(world)
    assert again(relabelled(world.pod(labels=WEB), world.pod(labels=DB)))
    assert not again(relabelled(world.pod(labels=WEB), world.pod(labels={**WEB, "x": "y"})))


def test_spreading_looks_again_when_the_pod_itself_changed(world: World) -> None:
    def itself(action: Action, labels: Mapping[str, str]) -> Happening:
        return Happening("unscheduled", action, pod_object("me", labels=WEB), pod_object("me", labels=labels))

    assert spreading(world)(itself(Action.UPDATE_POD_LABEL, DB))
    assert not spreading(world)(itself(Action.UPDATE_POD_LABEL, {**WEB, "x": "y"}))
    assert not spreading(world)(itself(Action.UPDATE_POD_TOLERATION, WEB))
    assert spreading(world, nodeTaintsPolicy="Honor")(itself(Action.UPDATE_POD_TOLERATION, WEB))


def test_spreading_looks_again_when_a_node_joins_leaves_or_changes_domain(world: World) -> None:
    again = spreading(world)
    assert again(node(None, {"zone": "a"}))
    assert again(node({"zone": "a"}, None))
    assert again(node({"zone": "a"}, {"zone": "b"}))
    assert again(node({}, {"zone": "b"}))
    assert not again(node(None, {"rack": "a"}))
    assert not again(node({"zone": "a"}, {"zone": "a", "rack": "x"}))


def test_spreading_looks_again_when_a_node_gets_other_taints(world: World) -> None:
    plain = node_object("n", {"zone": "a"}, [], "4")
    tainted = node_object("n", {"zone": "a"}, [{"key": "gpu", "effect": "NoSchedule"}], "4")
    assert spreading(world)(Happening("nodes", Action.UPDATE_NODE_TAINT, plain, tainted))


def test_affinity_looks_again_when_a_wanted_pod_comes(world: World) -> None:
    again = affine(world, near(term()))
    assert again(came(world.pod(labels=WEB)))
    assert again(relabelled(world.pod(labels=DB), world.pod(labels=WEB)))
    assert not again(came(world.pod(labels=DB)))
    assert not again(went(world.pod(labels=WEB)))


def test_anti_affinity_looks_again_when_a_minded_pod_goes(world: World) -> None:
    again = affine(world, apart(term()))
    assert again(went(world.pod(labels=WEB)))
    assert again(relabelled(world.pod(labels=WEB), world.pod(labels=DB)))
    assert not again(went(world.pod(labels=DB)))
    assert not again(came(world.pod(labels=WEB)))


def test_a_plain_pod_is_tried_again_when_a_pod_goes_that_minded_it(world: World) -> None:
    again = affine(world, {})
    assert again(went(world.pod(labels=DB, affinity=apart(term()))))
    assert not again(went(world.pod(labels=DB, affinity=apart(term(app="db")))))


def test_affinity_looks_again_when_its_own_labels_changed(world: World) -> None:
    happening = Happening("unscheduled", Action.UPDATE_POD_LABEL, pod_object("me"), pod_object("me", labels=WEB))
    assert affine(world, {})(happening)


def test_affinity_looks_again_when_a_node_comes_into_a_domain(world: World) -> None:
    again = affine(world, near(term(ZONE)))
    assert again(node(None, {"zone": "a"}))
    assert again(node({}, {"zone": "a"}))
    assert again(node({"zone": "a"}, {"zone": "b"}))
    assert not again(node(None, {"rack": "a"}))
    assert not again(node({"zone": "a"}, {}))


def test_anti_affinity_looks_again_when_a_node_comes_or_leaves_a_domain(world: World) -> None:
    again = affine(world, apart(term(HOST)))
    assert again(node(None, {"rack": "a"}))
    assert again(node({"host": "a"}, {}))
    assert again(node({"host": "a"}, {"host": "b"}))
    assert not again(node({}, {"host": "a"}))
    assert not again(node({"host": "a"}, {"host": "a", "rack": "x"}))
