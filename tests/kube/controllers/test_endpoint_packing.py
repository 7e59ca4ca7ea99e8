"""Endpoints are packed into few full slices, each exactly once, and a small change touches few slices."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from playground.kube.controllers.endpoint_packing import MOST, Endpoints, Group, Plan, identity, plan_of, ports_key
from playground.kube.objects.frozen import Map, freeze

PORTS = [{"name": "", "protocol": "TCP", "port": 80}]
TEMPLATE = {"metadata": {"labels": {"a": "b"}}, "addressType": "IPv4", "endpoints": [], "ports": []}


def wanted(numbers: Any) -> Endpoints:
    """The endpoints with these numbers."""
    made = (freeze({"addresses": [f"10.0.0.{number}"], "targetRef": {"uid": str(number)}}) for number in numbers)
    return {identity(each): each for each in made}


def slice_of(name: str, numbers: Any, ports: Any = PORTS) -> Map:
    """An existing slice."""
    content = {"endpoints": list(wanted(numbers).values()), "ports": ports}
    made: Map = freeze({**TEMPLATE, **content, "metadata": {"name": name, "labels": {"a": "b"}}})
    return made


def planned(existing: list[Map], numbers: Any) -> Plan:
    """The plan for endpoints of one set of ports."""
    group = Group(PORTS, wanted(numbers))
    return plan_of(existing, {ports_key(PORTS): group} if group.wanted else {}, TEMPLATE)


def numbers_of(content: Any) -> set[int]:
    """The numbers of a slice's endpoints."""
    return {int(each["targetRef"]["uid"]) for each in content.get("endpoints", ())}


def test_new_endpoints_go_where_they_leave_the_least_room() -> None:
    existing = [slice_of("few", range(10)), slice_of("many", range(100, 190))]
    plan = planned(existing, [*range(10), *range(100, 190), 500])
    assert (list(plan.update), plan.create, plan.delete) == (["many"], [], [])


def test_a_changed_slice_is_filled_first() -> None:
    existing = [slice_of("a", range(10)), slice_of("b", range(100, 190))]
    plan = planned(existing, [*range(9), *range(100, 190), 500])
    assert list(plan.update) == ["a"]
    assert numbers_of(plan.update["a"]) == {*range(9), 500}


def test_the_last_slice_stays_as_an_empty_one() -> None:
    plan = planned([slice_of("a", range(3))], [])
    assert (plan.create, plan.delete, numbers_of(plan.update["a"])) == ([], [], set())
    assert planned([slice_of("a", [], ports=[])], []) == Plan()


def test_a_slice_of_other_ports_is_used_again() -> None:
    plan = planned([slice_of("a", range(3), ports=[{"port": 81}])], range(3))
    assert (plan.create, plan.delete, plan.update["a"]["ports"]) == ([], [], PORTS)


@settings(max_examples=60)
@given(st.sets(st.integers(0, 400)), st.sets(st.integers(0, 400)), st.integers(1, 90))
def test_every_endpoint_is_in_exactly_one_slice(before: set[int], after: set[int], size: int) -> None:
    listed = sorted(before)
    existing = [slice_of(str(start), listed[start : start + size]) for start in range(0, len(listed), size)]
    plan = planned(existing, sorted(after))
    gone = {each["metadata"]["name"] for each in plan.delete}
    kept = [each for each in existing if each["metadata"]["name"] not in {*gone, *plan.update}]
    contents = [numbers_of(each) for each in (*kept, *plan.update.values(), *plan.create)]
    assert sum(len(each) for each in contents) == len(after)
    assert set().union(*contents) == after
    assert all(len(each) <= MOST for each in contents)
    assert contents
