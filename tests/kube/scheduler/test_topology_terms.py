"""Reading terms and constraints from a pod."""

from __future__ import annotations

from typing import Any

from playground.kube.scheduler.topology_terms import (
    NO_TERMS,
    affinity_terms,
    default_selector,
    resolve,
    spread_constraints,
)
from tests.kube.scheduler.topology_support import HOST, ZONE, apart, near, preferred, spread, term

RED, BLUE = {"team": "red"}, {"team": "blue"}


def test_a_pod_without_affinity_has_no_terms() -> None:
    assert affinity_terms({}, "default") == NO_TERMS
    assert affinity_terms({"affinity": {"nodeAffinity": {}}}, "default") == NO_TERMS
    assert not NO_TERMS


def test_anti_affinity_prefers_with_negative_weights() -> None:
    spec = {"affinity": {**preferred("podAffinity", (7, term())), **preferred("podAntiAffinity", (9, term()))}}
    assert [weighted.weight for weighted in affinity_terms(spec, "default").preferred] == [7, -9]


def test_a_term_without_namespaces_means_the_pods_own() -> None:
    (wanted,) = affinity_terms({"affinity": near(term())}, "shop").affinity
    assert wanted.matches("shop", {"app": "web"}, {})
    assert not wanted.matches("bank", {"app": "web"}, {})


def test_a_term_with_an_empty_namespace_selector_means_every_namespace() -> None:
    (wanted,) = affinity_terms({"affinity": near(term(namespaceSelector={}))}, "shop").affinity
    assert wanted.matches("bank", {"app": "web"}, {})
    assert not wanted.matches("bank", {"app": "db"}, {})


def test_a_term_with_namespaces_leaves_out_the_pods_own() -> None:
    (wanted,) = affinity_terms({"affinity": apart(term(namespaces=["bank"]))}, "shop").anti_affinity
    assert wanted.matches("bank", {"app": "web"}, {})
    assert not wanted.matches("shop", {"app": "web"}, {})


def test_namespaces_and_their_selector_add_up() -> None:
    chosen = term(namespaces=["bank"], namespaceSelector={"matchLabels": RED})
    (wanted,) = affinity_terms({"affinity": near(chosen)}, "shop").affinity
    assert wanted.chooses_namespaces
    found = resolve(wanted, {"shop": RED, "club": RED, "park": BLUE})
    assert found.namespaces == {"bank", "shop", "club"}
    assert not found.matches("park", {"app": "web"}, {})


def test_a_namespace_selector_that_excludes_labels_means_every_namespace_for_an_incoming_pod() -> None:
    not_blue = {"matchExpressions": [{"key": "team", "operator": "NotIn", "values": ["blue"]}]}
    (wanted,) = affinity_terms({"affinity": near(term(namespaceSelector=not_blue))}, "shop").affinity
    assert not wanted.matches("park", {"app": "web"}, BLUE)
    assert resolve(wanted, {"park": BLUE}).matches("park", {"app": "web"}, {})


def test_a_term_without_a_label_selector_matches_no_pod() -> None:
    (wanted,) = affinity_terms({"affinity": near({"topologyKey": HOST})}, "shop").affinity
    assert not wanted.matches("shop", {}, {})


def test_equal_terms_are_equal_keys() -> None:
    first, second = (affinity_terms({"affinity": near(term())}, "shop") for _ in range(2))
    assert hash(first.affinity) == hash(second.affinity)
    assert first == second


def test_constraints_are_read_with_the_defaults_of_the_documentation() -> None:
    (found,) = spread_constraints([spread()], {}, "DoNotSchedule")
    assert (found.topology_key, found.max_skew, found.min_domains) == (ZONE, 1, 1)
    assert (found.honor_affinity, found.honor_taints) == (True, False)


def test_constraints_of_the_other_kind_are_left_out() -> None:
    assert spread_constraints([spread(when="ScheduleAnyway")], {}, "DoNotSchedule") == ()


def test_policies_and_min_domains_are_read() -> None:
    entry = spread(minDomains=3, nodeAffinityPolicy="Ignore", nodeTaintsPolicy="Honor")
    (found,) = spread_constraints([entry], {}, "DoNotSchedule")
    assert (found.min_domains, found.honor_affinity, found.honor_taints) == (3, False, True)


def test_match_label_keys_add_the_pods_own_values() -> None:
    entry = spread(matchLabelKeys=["version", "absent"])
    (found,) = spread_constraints([entry], {"version": "2"}, "DoNotSchedule")
    assert found.selector.matches({"app": "web", "version": "2"})
    assert not found.selector.matches({"app": "web", "version": "1"})


def test_match_label_keys_do_not_make_a_missing_selector_match() -> None:
    entry = spread(labelSelector=None, matchLabelKeys=["version"])
    (found,) = spread_constraints([entry], {"version": "2"}, "DoNotSchedule")
    assert not found.selector.matches({"version": "2"})


def test_an_empty_selector_matches_but_counts_no_pods() -> None:
    empty, some = spread_constraints([spread(labelSelector={}), spread()], {}, "DoNotSchedule")
    assert empty.selector.matches({"app": "web"})
    assert (empty.counts_pods, some.counts_pods) == (False, True)


def test_the_default_selector_joins_services_and_owner() -> None:
    specs: list[dict[str, Any]] = [{"selector": {"app": "web"}}, {"selector": {"app": "db"}}, {}]
    services = [{"spec": spec} for spec in specs]
    owner = {"spec": {"selector": {"matchLabels": {"tier": "front"}}}}
    selector = default_selector({"app": "web", "tier": "front"}, services, owner, owner_selects_plainly=False)
    assert selector.matches({"app": "web", "tier": "front"})
    assert not selector.matches({"app": "web"})
    assert not selector.matches({"tier": "front"})


def test_a_replication_controller_selects_by_a_plain_map() -> None:
    owner = {"spec": {"selector": {"app": "web"}}}
    assert str(default_selector({}, [], owner, owner_selects_plainly=True)) == "app=web"


def test_without_services_and_owner_there_is_no_default_selector() -> None:
    services = [{"spec": {"selector": {"app": "db"}}}]
    assert default_selector({"app": "web"}, services, None, owner_selects_plainly=False).empty
