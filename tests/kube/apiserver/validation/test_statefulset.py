"""Rules of a StatefulSet."""

from typing import Any

from .support import LABEL, changed, defaulted, refusals, stored
from .workloads import NEGATIVE, stateful_set

CLAIM = {
    "metadata": {"name": "data"},
    "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
}
FROZEN = (
    "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', "
    "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' "
    "are forbidden"
)


def test_claims_can_be_mounted_without_a_volume() -> None:
    mounted = {"name": "c", "image": "nginx:1", "volumeMounts": [{"name": "data", "mountPath": "/data"}]}
    plain = changed(stateful_set(), "spec", "template", "spec", "containers", to=[mounted])
    assert refusals(changed(plain, "spec", "volumeClaimTemplates", to=[CLAIM])) == []
    assert refusals(plain) == ['spec.template.spec.containers[0].volumeMounts[0].name: Not found: "data"']


def test_claims_have_rules_of_their_own() -> None:
    empty = {"metadata": {"name": "data"}, "spec": {}}
    assert refusals(stateful_set(volumeClaimTemplates=[empty])) == [
        "spec.volumeClaimTemplates[0].spec.accessModes: Required value: at least 1 access mode is required",
        "spec.volumeClaimTemplates[0].spec.resources[storage]: Required value",
    ]


def test_policies_are_chosen_from_lists() -> None:
    spoiled = stateful_set(
        podManagementPolicy="Ordered",
        updateStrategy={"type": "Rolling"},
        persistentVolumeClaimRetentionPolicy={"whenDeleted": "Keep"},
    )
    assert refusals(spoiled) == [
        "spec.podManagementPolicy: Invalid value: \"Ordered\": must be 'OrderedReady' or 'Parallel'",
        (
            'spec.updateStrategy: Invalid value: {"Type":"Rolling","RollingUpdate":null}: '
            "must be 'RollingUpdate' or 'OnDelete'"
        ),
        (
            'spec.persistentVolumeClaimRetentionPolicy.whenDeleted: Unsupported value: "Keep": '
            'supported values: "Retain", "Delete"'
        ),
    ]


def test_a_partition_belongs_to_rolling_updates() -> None:
    on_delete = {"type": "OnDelete", "rollingUpdate": {"partition": 1}}
    assert refusals(stateful_set(updateStrategy=on_delete)) == [
        (
            'spec.updateStrategy.rollingUpdate: Invalid value: {"Partition":1,"MaxUnavailable":null}: '
            "only allowed for updateStrategy 'RollingUpdate'"
        )
    ]
    negative = {"type": "RollingUpdate", "rollingUpdate": {"partition": -1}}
    assert refusals(stateful_set(updateStrategy=negative)) == [
        f"spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: {NEGATIVE}"
    ]


def test_names_become_host_names() -> None:
    assert refusals(changed(stateful_set(), "metadata", "name", to="a.b")) == [
        'metadata.name: Invalid value: "a.b": must not contain dots'
    ]
    assert refusals(changed(stateful_set(), "spec", "serviceName", to="A")) == [
        f'spec.serviceName: Invalid value: "A": {LABEL}'
    ]
    assert refusals(stateful_set(ordinals={"start": -1})) == [f"spec.ordinals.start: Invalid value: -1: {NEGATIVE}"]


def test_labels_of_the_template_are_told_twice() -> None:
    spoiled = changed(stateful_set(), "spec", "template", "metadata", "labels", "b", to="-")
    assert [line.partition(":")[0] for line in refusals(spoiled)] == ["spec.template.labels"] * 2


def test_only_some_fields_may_change() -> None:
    old = stored(defaulted(stateful_set()))
    for name, value in (
        ("replicas", 3),
        ("minReadySeconds", 3),
        ("revisionHistoryLimit", 1),
        ("ordinals", {"start": 1}),
    ):
        assert refusals(changed(old, "spec", name, to=value), old) == []
    frozen: dict[str, Any] = {"serviceName": "z", "podManagementPolicy": "Parallel", "volumeClaimTemplates": [CLAIM]}
    for name, value in frozen.items():
        assert refusals(changed(old, "spec", name, to=value), old) == [FROZEN]
