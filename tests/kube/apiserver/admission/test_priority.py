"""Priority: classes give numbers. Messages as the real server words them."""

from typing import Any

from playground.kube.apiserver import ApiServer
from playground.kube.objects.frozen import put
from tests.kube.apiserver.manifests import BY, created, pod, refusal


def priority_class(name: str, value: int, **fields: Any) -> dict[str, Any]:
    return {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": name},
        "value": value,
    } | fields


def test_without_a_class_the_priority_is_zero_or_the_default_ones(api: ApiServer) -> None:
    assert created(api, pod("a"))["spec"]["priority"] == 0
    api.create(priority_class("usual", 7, globalDefault=True, preemptionPolicy="Never"), by=BY)
    spec = created(api, pod("b"))["spec"]
    assert (spec["priority"], spec["priorityClassName"], spec["preemptionPolicy"]) == (7, "usual", "Never")


def test_a_priority_comes_from_its_class_and_must_not_differ(api: ApiServer) -> None:
    api.create(priority_class("high", 1000), by=BY)
    assert created(api, pod(priorityClassName="high"))["spec"]["priority"] == 1000
    error = refusal(lambda: created(api, pod("b", priorityClassName="high", priority=5)))
    assert error.message == (
        'pods "b" is forbidden: the integer value of priority (5) must not be provided in pod spec; '
        "priority admission controller computed 1000 from the given PriorityClass name"
    )
    error = refusal(lambda: created(api, pod("b", priorityClassName="high", preemptionPolicy="Never")))
    assert "the string value of PreemptionPolicy (Never) must not be provided" in error.message


def test_a_class_that_is_not_there_is_told_with_the_generated_names_beginning(api: ApiServer) -> None:
    sent = pod(priorityClassName="nope")
    sent["metadata"] = {"generateName": "web-"}
    error = refusal(lambda: created(api, sent))
    assert (error.code, error.message) == (403, 'pods "web-" is forbidden: no PriorityClass with name nope was found')


def test_only_one_class_is_the_default(api: ApiServer) -> None:
    api.create(priority_class("one", 1, globalDefault=True), by=BY)
    error = refusal(lambda: api.create(priority_class("two", 2, globalDefault=True), by=BY))
    assert error.message.endswith("PriorityClass one is already marked as default. Only one default can exist")
    found = api.get("priorityclasses.scheduling.k8s.io", "one").object
    assert api.update(put(found, ("description",), "mine"), by=BY).object["description"] == "mine"
