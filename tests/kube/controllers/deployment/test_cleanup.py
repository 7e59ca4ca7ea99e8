"""Old ReplicaSets go when there are more than revisionHistoryLimit."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kube.controllers.workloads import deployment, sets, template, with_image, workshop


@pytest.mark.parametrize(
    ("limit", "left"),
    [(0, {"nginx:4"}), (2, {"nginx:2", "nginx:3", "nginx:4"}), (None, {"nginx:1", "nginx:2", "nginx:3", "nginx:4"})],
)
def test_the_newest_revisions_are_kept(limit: int | None, left: set[str]) -> None:
    cluster = workshop()
    spec: dict[str, Any] = {} if limit is None else {"revisionHistoryLimit": limit}
    cluster.apply(deployment(replicas=1, **spec))
    cluster.run_until_quiet()
    for number in (2, 3, 4):
        with_image(cluster, f"nginx:{number}")
        cluster.run_until_quiet()
    assert set(sets(cluster)) == left


def test_nothing_is_cleaned_up_while_a_rollout_is_under_way() -> None:
    cluster = workshop()
    cluster.apply(deployment(replicas=1, revisionHistoryLimit=0))
    cluster.run_until_quiet()
    for number in (2, 3):
        cluster.patch("deployment", "web", {"spec": {"template": template(f"bad:{number}")}})
        cluster.run_until_quiet()
    assert set(sets(cluster)) == {"nginx:1", "bad:2", "bad:3"}
