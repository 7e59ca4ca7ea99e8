"""Rules of annotations that mean something on a pod."""

from typing import Any

import pytest

from playground.kube.apiserver.validation import pod_annotations

from .support import changed, pod, refusals, stored

A = "metadata.annotations"
COST = "controller.kubernetes.io/pod-deletion-cost"
MIRROR = "kubernetes.io/config.mirror"
SECCOMP = "container.seccomp.security.alpha.kubernetes.io/c"
ARMOR = "container.apparmor.security.beta.kubernetes.io/c"


def annotated(annotations: dict[str, str], **spec: Any) -> dict[str, Any]:
    return changed(pod(**spec), "metadata", "annotations", to=annotations)


@pytest.mark.parametrize(
    ("cost", "fine"),
    [("0", True), ("-5", True), ("-05", True), ("+1", False), ("01", False), ("", False), ("2147483648", False)],
)
def test_a_deletion_cost_is_a_32_bit_integer(cost: str, *, fine: bool) -> None:
    assert pod_annotations.is_cost(cost) is fine
    told = [] if fine else [f'{A}[{COST}]: Invalid value: "{cost}": must be a 32bit integer']
    assert refusals(annotated({COST: cost})) == told


def test_a_mirror_pod_is_on_a_node() -> None:
    assert refusals(annotated({MIRROR: "x"})) == [
        f'{A}[{MIRROR}]: Invalid value: "x": must set spec.nodeName if mirror pod annotation is set'
    ]
    assert refusals(annotated({MIRROR: "x"}, nodeName="n")) == []


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        (SECCOMP, "runtime/default", []),
        (SECCOMP, "localhost/a", []),
        (SECCOMP, "x", [f'{A}.{SECCOMP}: Invalid value: "x": must be a valid seccomp profile']),
        (SECCOMP, "localhost//a", [f'{A}.{SECCOMP}: Invalid value: "/a": must be a relative path']),
        (ARMOR, "unconfined", []),
        (ARMOR, "x", [f'{A}[{ARMOR}]: Invalid value: "x": invalid AppArmor profile name: "x"']),
        (f"{ARMOR}x", "localhost/a", [f'{A}[{ARMOR}x]: Invalid value: "cx": container not found']),
    ],
)
def test_old_profiles(key: str, value: str, told: list[str]) -> None:
    assert refusals(annotated({key: value})) == told


@pytest.mark.parametrize(
    ("annotation", "profile", "told"),
    [
        ("unconfined", {"type": "Unconfined"}, ""),
        ("localhost/a", {"type": "Localhost", "localhostProfile": "a"}, ""),
        ("unconfined", {"type": "RuntimeDefault"}, "type: Forbidden: {} type in annotation and field must match"),
        (
            "runtime/default",
            {"type": "Localhost", "localhostProfile": "a"},
            "type: Forbidden: {} type in annotation and field must match",
        ),
        (
            "localhost/b",
            {"type": "Localhost", "localhostProfile": "a"},
            "localhostProfile: Forbidden: {} profile in annotation and field must match",
        ),
    ],
)
@pytest.mark.parametrize(
    ("key", "field", "word"), [(SECCOMP, "seccompProfile", "seccomp"), (ARMOR, "appArmorProfile", "apparmor")]
)
def test_an_old_annotation_says_what_the_field_says(
    annotation: str, profile: dict[str, str], told: str, key: str, field: str, word: str
) -> None:
    container = {"name": "c", "image": "a", "securityContext": {field: profile}}
    at = f"spec.containers[0].securityContext.{field}"
    assert refusals(annotated({key: annotation}, containers=[container])) == (
        [f"{at}.{told.format(word)}"] if told else []
    )


def test_mirror_and_app_armor_annotations_stay() -> None:
    old = stored(annotated({MIRROR: "x", ARMOR: "unconfined"}, nodeName="n"))
    new = changed(old, "metadata", "annotations", to={MIRROR: "y", "other": "1"})
    assert refusals(new, old) == [
        f"{A}[{ARMOR}]: Forbidden: may not remove or update AppArmor annotations",
        f"{A}[{MIRROR}]: Forbidden: may not remove or update mirror pod annotation",
    ]
    assert refusals(old, changed(old, "metadata", "annotations", to={})) == [
        f"{A}[{ARMOR}]: Forbidden: may not add AppArmor annotations",
        f"{A}[{MIRROR}]: Forbidden: may not add mirror pod annotation",
    ]
