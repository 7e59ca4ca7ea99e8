"""Names, ordinals and volumes."""

import pytest

from playground.kube.controllers.statefulset.identity import (
    identity_matches,
    new_pod,
    ordinals,
    parent_and_ordinal,
    storage_matches,
    wants_current,
    with_storage,
)
from tests.kube.controllers.sets import statefulset


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("db-0", ("db", 0)),
        ("my-db-12", ("my-db", 12)),
        ("db", ("", -1)),
        ("db-x", ("", -1)),
        ("db-99999999999", ("db", -1)),
    ],
)
def test_a_name_says_which_pod_of_which_set(name: str, found: tuple[str, int]) -> None:
    assert parent_and_ordinal({"metadata": {"name": name}}) == found


def test_a_new_pod_matches_its_set() -> None:
    owner = statefulset(2, volumeClaimTemplates=[{"metadata": {"name": "data"}}])
    owner["metadata"] |= {"namespace": "default", "uid": "u"}
    pod = new_pod(owner, 1, "db-abc")
    assert identity_matches(owner, pod)
    assert storage_matches(owner, pod)
    assert not storage_matches(owner, {**pod, "spec": {}})
    assert not identity_matches(owner, {**pod, "metadata": {"name": "db-1"}})


def test_a_claim_takes_the_place_of_a_volume_of_its_name() -> None:
    owner = statefulset(1, volumeClaimTemplates=[{"metadata": {"name": "data"}}])
    spec = {"volumes": [{"name": "data", "emptyDir": {}}, {"name": "tmp", "emptyDir": {}}]}
    assert with_storage(owner, spec, 0)["volumes"] == [
        {"name": "data", "persistentVolumeClaim": {"claimName": "data-db-0"}},
        {"name": "tmp", "emptyDir": {}},
    ]


def test_the_partition_decides_of_which_revision_a_new_pod_is() -> None:
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"partition": 1}}
    owner = statefulset(3, ordinals={"start": 5}, updateStrategy=rolling)
    assert list(ordinals(owner)) == [5, 6, 7]
    assert [wants_current(owner, number) for number in ordinals(owner)] == [True, False, False]


def test_without_a_rolling_update_the_count_of_current_pods_decides() -> None:
    owner = {**statefulset(3, updateStrategy={"type": "RollingUpdate"}), "status": {"currentReplicas": 2}}
    assert [wants_current(owner, number) for number in range(3)] == [True, True, False]
    owner["spec"]["updateStrategy"] = {"type": "OnDelete"}
    assert not wants_current(owner, 0)
