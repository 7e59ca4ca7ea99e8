"""What may change in a pod that exists."""

from typing import Any

import pytest

from .support import changed, pod, refusals, stored, without

FORBIDDEN = (
    "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,"
    "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing "
    "tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n"
)
OLD = stored(pod())
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("metadata", "labels"), {"a": "b"}),
        (("spec", "containers", 0, "image"), "nginx:2"),
        (("spec", "activeDeadlineSeconds"), 10),
        (("spec", "tolerations"), [{"operator": "Exists"}]),
    ],
)
def test_what_may_change(path: tuple[str | int, ...], value: Any) -> None:
    assert refusals(changed(OLD, *path, to=value), OLD) == []


def test_what_else_changes_is_shown_as_a_difference() -> None:
    (told,) = refusals(changed(OLD, "spec", "nodeName", to="n"), OLD)
    assert told.startswith(f"{FORBIDDEN}@@ -")
    assert told.endswith(
        '\n  "NodeSelector": null,\n  "ServiceAccountName": "",\n  "AutomountServiceAccountToken": null,\n'
        '- "NodeName": "",\n+ "NodeName": "n",\n'
        '  "SecurityContext": {\n   "HostNetwork": false,\n   "HostPID": false,\n'
    )


def test_fields_of_the_node_are_shown_in_the_security_context() -> None:
    (told,) = refusals(changed(OLD, "spec", "hostNetwork", to=True), OLD)
    assert told.startswith(FORBIDDEN)
    assert '\n-  "HostNetwork": false,\n+  "HostNetwork": true,\n' in told


def test_a_new_image_is_no_difference() -> None:
    both = changed(changed(OLD, "spec", "containers", 0, "image", to="nginx:2"), "spec", "hostname", to="h")
    (told,) = refusals(both, OLD)
    assert '\n- "Hostname": "",\n+ "Hostname": "h",\n' in told
    assert "nginx:2" not in told


def test_containers_are_neither_added_nor_removed() -> None:
    more = changed(OLD, "spec", "initContainers", to=[{"name": "i", "image": "a"}])
    assert refusals(more, OLD) == ["spec.initContainers: Forbidden: pod updates may not add or remove containers"]


def test_a_deadline_may_only_come_closer() -> None:
    old = stored(pod(activeDeadlineSeconds=10))
    at = "spec.activeDeadlineSeconds"
    assert refusals(changed(old, "spec", "activeDeadlineSeconds", to=5), old) == []
    assert refusals(changed(old, "spec", "activeDeadlineSeconds", to=20), old) == [
        f"{at}: Invalid value: 20: must be less than or equal to previous value"
    ]
    assert refusals(without(old, "spec", "activeDeadlineSeconds"), old) == [
        f"{at}: Invalid value: null: must not update from a positive integer to nil value"
    ]


def test_tolerations_are_added_and_their_seconds_changed() -> None:
    toleration = {"key": "a", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 1}
    old = stored(pod(tolerations=[toleration]))
    more = [{**toleration, "tolerationSeconds": 2}, {"key": "b", "operator": "Exists"}]
    assert refusals(changed(old, "spec", "tolerations", to=more), old) == []
    assert refusals(changed(old, "spec", "tolerations", to=[]), old) == [
        "spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds"
    ]


def test_gates_are_only_removed() -> None:
    old = stored(pod(schedulingGates=[{"name": "a"}, {"name": "b"}]))
    assert refusals(changed(old, "spec", "schedulingGates", to=[{"name": "b"}]), old) == []
    assert refusals(changed(old, "spec", "schedulingGates", to=[{"name": "a"}, {"name": "c"}]), old) == [
        "spec.schedulingGates[1].name: Forbidden: only deletion is allowed, but found new scheduling gate 'c'"
    ]


def test_a_gated_pod_may_be_told_more_of_where_to_run() -> None:
    old = stored(pod(schedulingGates=[{"name": "a"}], nodeSelector={"a": "b"}))
    assert refusals(changed(old, "spec", "nodeSelector", "c", to="d"), old) == []
    assert refusals(changed(old, "spec", "nodeSelector", to={"c": "d"}), old) == [
        (
            'spec.nodeSelector: Invalid value: {"c":"d"}: '
            "only additions to spec.nodeSelector are allowed (no mutations or deletions)"
        )
    ]


def gated(*terms: dict[str, Any]) -> dict[str, Any]:
    affinity = {"nodeAffinity": {REQUIRED: {"nodeSelectorTerms": list(terms)}}}
    return stored(pod(schedulingGates=[{"name": "a"}], affinity=affinity))


def term(*keys: str) -> dict[str, Any]:
    return {"matchExpressions": [{"key": key, "operator": "Exists"} for key in keys]}


def test_a_gated_pods_terms_may_only_be_narrowed() -> None:
    at = f"spec.affinity.nodeAffinity.{REQUIRED}.nodeSelectorTerms"
    assert refusals(gated(term("a", "b")), gated(term("a"))) == []
    (fewer,) = refusals(gated(term("a")), gated(term("a"), term("b")))
    assert fewer.startswith(
        f'{at}: Invalid value: [{{"MatchExpressions":[{{"Key":"a","Operator":"Exists","Values":null}}]'
    )
    assert fewer.endswith("no additions/deletions to non-empty NodeSelectorTerms list are allowed")
    (other,) = refusals(gated(term("b")), gated(term("a")))
    assert other.startswith(f"{at}[0]: Invalid value: ")
    assert other.endswith("only additions are allowed (no mutations or deletions)")


def test_a_gated_pod_may_be_given_an_affinity() -> None:
    bare = stored(pod(schedulingGates=[{"name": "a"}]))
    assert refusals(gated(term("a")), bare) == []


def test_a_negative_grace_period_may_become_one_second() -> None:
    old = changed(OLD, "spec", "terminationGracePeriodSeconds", to=-5)
    assert refusals(changed(OLD, "spec", "terminationGracePeriodSeconds", to=1), old) == []
