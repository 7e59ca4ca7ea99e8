"""The node tree: zones take turns."""

from __future__ import annotations

from playground.kube.scheduler.visiting import NodeTree, zone_of

A, B = {"topology.kubernetes.io/zone": "a"}, {"topology.kubernetes.io/zone": "b"}


def tree(*nodes: tuple[str, dict[str, str]]) -> NodeTree:
    found = NodeTree()
    for name, labels in nodes:
        found.add(name, labels)
    return found


def test_zones_take_turns_and_the_longer_one_goes_on_alone() -> None:
    assert tree(("n1", A), ("n2", A), ("n3", B), ("n4", A)).order() == ["n1", "n3", "n2", "n4"]


def test_a_zone_that_was_emptied_comes_back_last() -> None:
    found = tree(("n1", A), ("n2", B))
    found.remove("n1", A)
    found.add("n3", A)
    assert found.order() == ["n2", "n3"]


def test_a_node_that_changes_its_zone_goes_to_that_zones_end() -> None:
    found = tree(("n1", A), ("n2", B), ("n3", B))
    assert found.update("n1", A, B)
    assert found.order() == ["n2", "n3", "n1"]


def test_other_labels_leave_the_order_alone() -> None:
    assert not tree(("n1", A)).update("n1", A, {**A, "disk": "ssd"})


def test_the_old_names_of_the_zone_labels_still_count() -> None:
    assert zone_of({"failure-domain.beta.kubernetes.io/zone": "a"}) == ("", "a")


def test_an_order_that_was_saved_can_be_put_back() -> None:
    lived = tree(("n1", A), ("n2", B), ("n3", A))
    lived.remove("n1", A)
    lived.add("n1", A)
    fresh = tree(("n1", A), ("n2", B), ("n3", A))
    fresh.arrange(lived.zones())
    assert fresh.order() == lived.order() == ["n3", "n2", "n1"]
