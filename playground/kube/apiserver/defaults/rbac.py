"""Defaults of rbac.authorization.k8s.io/v1: role bindings. Source: pkg/apis/rbac/v1/defaults.go, v1.36."""

from playground.kube.apiserver.defaults.unset import Fields, child, fill_empty, items

GROUP = "rbac.authorization.k8s.io"


def default_role_binding(obj: Fields) -> None:
    """Roles, users and groups are of this API group; a service account is of the core."""
    fill_empty(child(obj, "roleRef"), apiGroup=GROUP)
    for subject in items(obj, "subjects"):
        if subject.get("kind") in {"User", "Group"}:
            fill_empty(subject, apiGroup=GROUP)
