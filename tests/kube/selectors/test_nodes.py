"""Node selectors."""

from typing import Any

import pytest

from playground.kube.selectors import NodeSelector, NodeSelectorTerm

ZONE_A = {"key": "zone", "operator": "In", "values": ["a"]}
NAMED = {"key": "metadata.name", "operator": "In", "values": ["n1"]}


def matches(*terms: dict[str, Any], labels: dict[str, str] | None = None, name: str = "n1") -> bool:
    """Say whether a node satisfies one of the terms."""
    return NodeSelector.of({"nodeSelectorTerms": list(terms)}).matches(labels or {}, name)


def test_one_term_is_enough_and_within_a_term_all_must_hold() -> None:
    big = {"key": "cpus", "operator": "Gt", "values": ["8"]}
    assert matches({"matchExpressions": [ZONE_A]}, {"matchExpressions": [big]}, labels={"cpus": "16"})
    assert not matches({"matchExpressions": [ZONE_A, big]}, labels={"cpus": "16"})
    assert matches({"matchExpressions": [ZONE_A, big]}, labels={"cpus": "16", "zone": "a"})


def test_fields_are_the_name_of_the_node() -> None:
    assert matches({"matchFields": [NAMED]})
    assert not matches({"matchFields": [NAMED]}, name="n2")
    assert matches({"matchFields": [{**NAMED, "operator": "NotIn"}]}, name="n2")
    assert NodeSelectorTerm.of({"matchFields": [NAMED]}).names() == frozenset({"n1"})
    assert NodeSelectorTerm.of({"matchExpressions": [ZONE_A]}).names() is None


@pytest.mark.parametrize(
    "term",
    [
        {},
        {"matchExpressions": [], "matchFields": []},
        {"matchExpressions": [{"key": "zone", "operator": "Near"}]},
        {"matchExpressions": [{"key": "zone", "operator": "Gt", "values": []}]},
        {"matchFields": [{**NAMED, "values": ["n1", "n2"]}]},
        {"matchFields": [{**NAMED, "operator": "Exists"}]},
    ],
)
def test_an_empty_or_senseless_term_matches_no_node(term: dict[str, Any]) -> None:
    assert not matches(term, labels={"zone": "a"})


def test_no_terms_match_no_node() -> None:
    assert not matches()


def test_equal_selectors_are_one_key() -> None:
    one, two = (NodeSelector.of({"nodeSelectorTerms": [{"matchExpressions": [dict(ZONE_A)]}]}) for _ in range(2))
    assert one == two
    assert len({one, two}) == 1
