"""What the API server fills in in role bindings."""

from typing import Any

from playground.kube.apiserver.defaults.rbac import GROUP, default_role_binding


def test_users_are_of_the_group_and_accounts_of_the_core() -> None:
    subjects = [{"kind": "User", "name": "ann"}, {"kind": "ServiceAccount", "name": "bot"}]
    obj: dict[str, Any] = {"roleRef": {"kind": "Role", "name": "view"}, "subjects": subjects}
    default_role_binding(obj)
    assert obj["roleRef"]["apiGroup"] == GROUP
    assert obj["subjects"] == [
        {"kind": "User", "name": "ann", "apiGroup": GROUP},
        {"kind": "ServiceAccount", "name": "bot"},
    ]
