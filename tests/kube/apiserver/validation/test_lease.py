"""Rules of Leases."""

from .support import changed, refusals, stored

LEASE = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "l", "namespace": "shop"}}


def test_times_and_counts_are_positive() -> None:
    assert refusals(LEASE) == []
    assert refusals(changed(LEASE, "spec", to={"leaseDurationSeconds": 0, "leaseTransitions": -1})) == [
        "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0",
        "spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0",
    ]


def test_anybody_may_take_it() -> None:
    old = stored(LEASE)
    assert refusals(changed(old, "spec", to={"holderIdentity": "me", "leaseTransitions": 1}), old) == []


def test_a_preferred_holder_never_gets_here() -> None:
    assert refusals(changed(LEASE, "spec", to={"preferredHolder": "me"})) == []
