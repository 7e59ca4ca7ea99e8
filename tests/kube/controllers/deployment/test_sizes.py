"""The arithmetic of rollouts, against worked examples of the documentation and the recordings."""

from __future__ import annotations

from typing import Any

import pytest

from playground.kube.controllers.deployment import sizes
from tests.kube.controllers.workloads import deployment, rolling


def web(replicas: int, surge: int | str = "25%", missing: int | str = "25%") -> dict[str, Any]:
    return deployment(replicas=replicas, strategy=rolling(surge, missing))


def a_set(size: int, most: int | str | None = None, name: str = "a") -> dict[str, Any]:
    annotations = {} if most is None else {sizes.MAX: str(most)}
    return {"metadata": {"name": name, "annotations": annotations}, "spec": {"replicas": size}, "status": {}}


@pytest.mark.parametrize(
    ("replicas", "surge", "missing", "expected"),
    [
        (3, "25%", "25%", (1, 0)),
        (10, "25%", "25%", (3, 2)),
        (4, 0, "10%", (0, 1)),
        (2, "1%", 0, (1, 0)),
        (2, 0, "1%", (0, 1)),
        (8, "1%", "99%", (1, 7)),
        (3, 2, 9, (2, 3)),
        (0, "50%", "50%", (0, 0)),
    ],
)
def test_limits_round_up_for_the_surge_and_down_for_what_is_missing(
    replicas: int, surge: int | str, missing: int | str, expected: tuple[int, int]
) -> None:
    found = web(replicas, surge, missing)
    assert (sizes.max_surge(found), sizes.max_unavailable(found)) == expected


def test_recreate_has_no_limits() -> None:
    found = deployment(strategy={"type": "Recreate"})
    assert (sizes.max_surge(found), sizes.max_unavailable(found)) == (0, 0)


@pytest.mark.parametrize(
    ("others", "size", "expected"),
    [((10,), 0, 3), ((8,), 3, 5), ((8,), 5, 5), ((0,), 10, 10), ((3,), 9, 10)],
)
def test_the_new_set_grows_into_the_room_there_is(others: tuple[int, ...], size: int, expected: int) -> None:
    everybody = [*map(a_set, others), a_set(size)]
    assert sizes.size_of_new(web(10, 3, 2), everybody, size) == expected


def test_recreate_makes_all_new_pods_at_once() -> None:
    assert sizes.size_of_new(deployment(replicas=4, strategy={"type": "Recreate"}), [a_set(9)], 0) == 4


@pytest.mark.parametrize(
    ("replicas", "size", "most", "to_add", "added", "expected"),
    [
        (15, 8, 13, 5, 0, 3),
        (15, 5, 13, 5, 3, 2),
        (5, 8, 13, -5, 0, -3),
        (5, 8, 13, -5, -3, -2),
        (0, 8, 13, -13, 0, -8),
        (15, 0, 13, 5, 0, 0),
        (15, 8, 13, 5, 5, 0),
        (15, 8, None, 5, 0, 0),
    ],
)
def test_a_set_grows_and_shrinks_by_its_share(
    replicas: int, size: int, most: int | None, to_add: int, added: int, expected: int
) -> None:
    assert sizes.share(web(replicas, 3, 2), a_set(size, most), to_add, added) == expected


def test_a_set_without_a_note_takes_the_size_the_deployment_had() -> None:
    found = {**web(15, 3, 2), "status": {"replicas": 13}}
    assert sizes.share(found, a_set(8), 5, 0) == 3


@pytest.mark.parametrize("text", ["", "-1", "many", "2147483648", "٣"])
def test_a_note_that_is_no_size_is_none(text: str) -> None:
    assert sizes.noted(a_set(1, text), sizes.MAX) is None
