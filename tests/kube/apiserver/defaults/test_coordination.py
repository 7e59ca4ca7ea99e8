"""What the API server drops from Leases."""

from typing import Any

from playground.kube.apiserver.defaults.coordination import default_lease


def test_coordinated_election_is_not_there() -> None:
    obj: dict[str, Any] = {
        "spec": {"holderIdentity": "me", "strategy": "OldestEmulationVersion", "preferredHolder": "x"}
    }
    default_lease(obj)
    assert obj == {"spec": {"holderIdentity": "me"}}
