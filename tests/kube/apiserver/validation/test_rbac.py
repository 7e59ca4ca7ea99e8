"""Rules of roles and their bindings."""

from typing import Any

import pytest

from .support import changed, refusals, stored

GROUP = "rbac.authorization.k8s.io"
PODS = {"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}


def rbac(kind: str, **given: Any) -> dict[str, Any]:
    meta = {"name": "r"} if kind.startswith("Cluster") else {"name": "r", "namespace": "shop"}
    return {"apiVersion": f"{GROUP}/v1", "kind": kind, "metadata": meta, **given}


def binding(*subjects: dict[str, Any], kind: str = "RoleBinding", **role: Any) -> dict[str, Any]:
    return rbac(kind, subjects=list(subjects), roleRef={"kind": "ClusterRole", "name": "view", **role})


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (PODS, []),
        (
            {"verbs": []},
            [
                "rules[0].verbs: Required value: verbs must contain at least one value",
                "rules[0].apiGroups: Required value: resource rules must supply at least one api group",
                "rules[0].resources: Required value: resource rules must supply at least one resource",
            ],
        ),
        (
            {**PODS, "nonResourceURLs": ["/x"]},
            [
                'rules[0].nonResourceURLs: Invalid value: ["/x"]: namespaced rules cannot apply to non-resource URLs',
                (
                    'rules[0].nonResourceURLs: Invalid value: ["/x"]: '
                    "rules cannot apply to both regular resources and non-resource URLs"
                ),
            ],
        ),
    ],
)
def test_a_rule_is_about_resources(rule: dict[str, Any], told: list[str]) -> None:
    assert refusals(rbac("Role", rules=[rule])) == told


def test_a_cluster_role_may_be_about_urls_and_gather_others() -> None:
    urls = {"verbs": ["get"], "nonResourceURLs": ["/healthz"]}
    assert refusals(rbac("ClusterRole", rules=[urls])) == []
    assert refusals(rbac("ClusterRole", aggregationRule={})) == [
        (
            "aggregationRule.clusterRoleSelectors: Required value: "
            "at least one clusterRoleSelector required if aggregationRule is non-nil"
        )
    ]


@pytest.mark.parametrize(
    ("subject", "told"),
    [
        ({"kind": "User", "name": "ann"}, []),
        ({"kind": "ServiceAccount", "name": "bot", "namespace": "shop"}, []),
        ({"kind": "User"}, ["subjects[0].name: Required value"]),
        (
            {"kind": "Robot", "name": "r"},
            ['subjects[0].kind: Unsupported value: "Robot": supported values: "ServiceAccount", "User", "Group"'],
        ),
        (
            {"kind": "Group", "name": "g", "apiGroup": "x"},
            [f'subjects[0].apiGroup: Unsupported value: "x": supported values: "{GROUP}"'],
        ),
        (
            {"kind": "ServiceAccount", "name": "bot", "apiGroup": "x"},
            ['subjects[0].apiGroup: Unsupported value: "x": supported values: ""'],
        ),
    ],
)
def test_a_subject_is_known(subject: dict[str, Any], told: list[str]) -> None:
    assert refusals(binding(subject)) == told


def test_a_cluster_binding_tells_where_accounts_live_and_binds_cluster_roles() -> None:
    assert refusals(binding({"kind": "ServiceAccount", "name": "bot"}, kind="ClusterRoleBinding")) == [
        "subjects[0].namespace: Required value"
    ]
    role = changed(binding(kind="ClusterRoleBinding"), "roleRef", "kind", to="Role")
    assert refusals(role) == ['roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"']


def test_a_binding_keeps_its_role() -> None:
    old = stored(binding())
    new = changed(old, "roleRef", "name", to="edit")
    assert refusals(new, old) == [
        f'roleRef: Invalid value: {{"APIGroup":"{GROUP}","Kind":"ClusterRole","Name":"edit"}}: cannot change roleRef'
    ]
