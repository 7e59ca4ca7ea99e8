"""What failure and success policies say (facts of pod_failure_policy_test.go and success_policy_test.go)."""

from __future__ import annotations

from typing import Any

import pytest

from playground.kube.controllers.job import indexes
from playground.kube.controllers.job.policies import judge, success


def pod(*codes: int | None, conditions: tuple[tuple[str, str], ...] = (), init: tuple[int, ...] = ()) -> dict[str, Any]:
    """A failed pod whose containers c0, c1 … ended with these codes; None for one that still runs."""

    def statuses(letter: str, ends: tuple[int | None, ...]) -> list[dict[str, Any]]:
        return [
            {
                "name": f"{letter}{place}",
                "state": {"running": {}} if code is None else {"terminated": {"exitCode": code}},
            }
            for place, code in enumerate(ends)
        ]

    status = {
        "phase": "Failed",
        "containerStatuses": statuses("c", codes),
        "initContainerStatuses": statuses("i", init),
        "conditions": [{"type": kind, "status": status} for kind, status in conditions],
    }
    return {"metadata": {"name": "p", "namespace": "ns"}, "status": status}


def codes(action: str, operator: str, *values: int, **more: str) -> dict[str, Any]:
    """A rule about exit codes."""
    return {"action": action, "onExitCodes": {"operator": operator, "values": list(values), **more}}


DISRUPTED = {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]}


def test_the_first_rule_that_fits_decides() -> None:
    rules = [codes("Count", "In", 1), codes("FailJob", "In", 1, 42)]
    assert judge(rules, pod(1)).action == "Count"
    verdict = judge(rules, pod(42))
    assert verdict.message == "Container c0 for pod ns/p failed with exit code 42 matching FailJob rule at index 1"


def test_success_of_a_container_is_no_failure_even_for_not_in() -> None:
    rules = [codes("Ignore", "NotIn", 5)]
    assert judge(rules, pod(0)).counts
    assert judge(rules, pod(5)).counts
    assert not judge(rules, pod(0, 3)).counts


def test_a_rule_may_be_about_one_container() -> None:
    rules = [codes("FailIndex", "In", 2, containerName="c1")]
    assert judge(rules, pod(2, 1)).action == ""
    assert judge(rules, pod(1, 2)).action == "FailIndex"


def test_init_containers_count_and_running_ones_do_not() -> None:
    rules = [codes("Ignore", "In", 7)]
    assert judge(rules, pod(None, init=(7,))).action == "Ignore"
    assert judge(rules, pod(None)).action == ""


def test_conditions_are_compared_with_type_and_status() -> None:
    assert not judge([DISRUPTED], pod(137, conditions=(("DisruptionTarget", "True"),))).counts
    assert judge([DISRUPTED], pod(137, conditions=(("DisruptionTarget", "False"),))).counts
    fail = {**DISRUPTED, "action": "FailJob"}
    assert judge([fail], pod(1, conditions=(("DisruptionTarget", "True"),))).message == (
        "Pod ns/p has condition DisruptionTarget matching FailJob rule at index 0"
    )


def test_without_a_policy_every_failure_counts() -> None:
    assert judge(None, pod(1)).counts


@pytest.mark.parametrize(
    ("rules", "succeeded", "met"),
    [
        ([{"succeededIndexes": "0"}], {0}, "Matched rules at index 0"),
        ([{"succeededIndexes": "0-2"}], {0, 2}, ""),
        ([{"succeededIndexes": "0-2", "succeededCount": 2}], {0, 2}, "Matched rules at index 0"),
        ([{"succeededIndexes": "5"}, {"succeededCount": 3}], {1, 2, 3}, "Matched rules at index 1"),
        ([{"succeededIndexes": "5", "succeededCount": 1}], {1, 2, 3}, ""),
        ([{"succeededCount": 1}], set(), ""),
        (None, {0}, ""),
    ],
)
def test_a_success_rule_is_met_by_its_indexes_or_by_their_number(
    rules: list[dict[str, Any]] | None, succeeded: set[int], met: str
) -> None:
    assert success(rules, 10, indexes.of(succeeded)) == met
