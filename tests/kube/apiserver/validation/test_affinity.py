"""Rules of affinity."""

from typing import Any

import pytest

from .support import LABEL, LABEL_VALUE, NAME_PART, SUBDOMAIN, pod, refusals

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
NODE = f"spec.affinity.nodeAffinity.{REQUIRED}.nodeSelectorTerms"
EXPRESSION = f"{NODE}[0].matchExpressions[0]"
FIELD = f"{NODE}[0].matchFields[0]"
POD = f"spec.affinity.podAffinity.{REQUIRED}[0]"
TERM = {"topologyKey": "zone", "labelSelector": {"matchLabels": {"a": "b"}}}


def node(**term: Any) -> list[str]:
    return refusals(pod(affinity={"nodeAffinity": {REQUIRED: {"nodeSelectorTerms": [term]}}}))


@pytest.mark.parametrize(
    ("requirement", "told"),
    [
        ({"key": "a", "operator": "In", "values": ["b"]}, []),
        ({"key": "a", "operator": "Gt", "values": ["1"]}, []),
        (
            {"key": "a", "operator": "In"},
            [f"{EXPRESSION}.values: Required value: must be specified when `operator` is 'In' or 'NotIn'"],
        ),
        (
            {"key": "a", "operator": "Exists", "values": ["b"]},
            [f"{EXPRESSION}.values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'"],
        ),
        (
            {"key": "a", "operator": "Lt", "values": ["1", "2"]},
            [f"{EXPRESSION}.values: Required value: must be specified single value when `operator` is 'Lt' or 'Gt'"],
        ),
        (
            {"key": "a b", "operator": "is"},
            [
                f'{EXPRESSION}.operator: Invalid value: "is": not a valid selector operator',
                f'{EXPRESSION}.key: Invalid value: "a b": {NAME_PART}',
            ],
        ),
        (
            {"key": "a", "operator": "Gt", "values": ["-1"]},
            [f'{EXPRESSION}.values[0]: Invalid value: "-1": {LABEL_VALUE}'],
        ),
    ],
)
def test_a_requirement_on_a_node(requirement: dict[str, Any], told: list[str]) -> None:
    assert node(matchExpressions=[requirement]) == told


@pytest.mark.parametrize(
    ("requirement", "told"),
    [
        ({"key": "metadata.name", "operator": "In", "values": ["n1"]}, []),
        (
            {"key": "metadata.name", "operator": "In", "values": ["a", "B"]},
            [
                (
                    f"{FIELD}.values: Required value: "
                    "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
                ),
                f'{FIELD}.values[1]: Invalid value: "B": {SUBDOMAIN}',
            ],
        ),
        (
            {"key": "spec.x", "operator": "Exists"},
            [
                f'{FIELD}.operator: Invalid value: "Exists": not a valid selector operator',
                f'{FIELD}.key: Invalid value: "spec.x": not a valid field selector key',
            ],
        ),
    ],
)
def test_a_requirement_on_a_nodes_field(requirement: dict[str, Any], told: list[str]) -> None:
    assert node(matchFields=[requirement]) == told


def test_required_node_affinity_has_a_term() -> None:
    told = refusals(pod(affinity={"nodeAffinity": {REQUIRED: {}}}))
    assert told == [f"{NODE}: Required value: must have at least one node selector term"]


def test_a_preferred_nodes_weight_is_a_percentage_and_its_values_are_free() -> None:
    term = {"weight": 101, "preference": {"matchExpressions": [{"key": "a", "operator": "In", "values": ["-"]}]}}
    assert refusals(pod(affinity={"nodeAffinity": {PREFERRED: [term]}})) == [
        f"spec.affinity.nodeAffinity.{PREFERRED}[0].weight: Invalid value: 101: must be in the range 1-100"
    ]


def near(**term: Any) -> list[str]:
    return refusals(pod(affinity={"podAffinity": {REQUIRED: [{**TERM, **term}]}}))


@pytest.mark.parametrize(
    ("term", "told"),
    [
        ({}, []),
        (
            {"topologyKey": ""},
            [
                f"{POD}.topologyKey: Required value: can not be empty",
                f'{POD}.topologyKey: Invalid value: "": name part must be non-empty',
                f'{POD}.topologyKey: Invalid value: "": {NAME_PART}',
            ],
        ),
        ({"namespaces": ["A"]}, [f'{POD}.namespace: Invalid value: "A": {LABEL}']),
        (
            {"labelSelector": None, "matchLabelKeys": ["a"]},
            [f"{POD}.matchLabelKeys: Forbidden: must not be specified when labelSelector is not set"],
        ),
        (
            {"matchLabelKeys": ["x"], "mismatchLabelKeys": ["x"]},
            [f'{POD}.matchLabelKeys[0]: Invalid value: "x": exists in both matchLabelKeys and mismatchLabelKeys'],
        ),
        (
            {
                "matchLabelKeys": ["a"],
                "labelSelector": {
                    "matchLabels": {"a": "b"},
                    "matchExpressions": [{"key": "a", "operator": "In", "values": ["c"]}],
                },
            },
            [f'{POD}[0]: Invalid value: "a": exists in both matchLabelKeys and labelSelector'],
        ),
        (
            {"namespaceSelector": {"matchExpressions": [{"key": "a", "operator": "Gt"}]}},
            [
                (
                    f'{POD}.namespaceSelector.matchExpressions[0].operator: Invalid value: "Gt": '
                    "not a valid selector operator"
                )
            ],
        ),
    ],
)
def test_a_term_on_other_pods(term: dict[str, Any], told: list[str]) -> None:
    assert near(**term) == told


def test_a_preferred_pods_weight_is_a_percentage() -> None:
    terms = [{"weight": 0, "podAffinityTerm": TERM}]
    assert refusals(pod(affinity={"podAntiAffinity": {PREFERRED: terms}})) == [
        f"spec.affinity.podAntiAffinity.{PREFERRED}[0].weight: Invalid value: 0: must be in the range 1-100"
    ]
