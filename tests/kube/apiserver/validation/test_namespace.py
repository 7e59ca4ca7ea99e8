"""Rules of a Namespace."""

from .support import LABEL, changed, refusals, stored

SPACE = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}}
SHORT = "name is neither a standard finalizer name nor is it fully qualified"


def test_a_name_is_a_label() -> None:
    assert refusals(SPACE) == []
    assert refusals(changed(SPACE, "metadata", "name", to="Dev")) == [f'metadata.name: Invalid value: "Dev": {LABEL}']
    assert refusals(changed(SPACE, "metadata", "name", to="a.b")) == [
        'metadata.name: Invalid value: "a.b": must not contain dots'
    ]


def test_finalizers_are_known_or_have_a_domain() -> None:
    given = changed(SPACE, "spec", "finalizers", to=["kubernetes", "a/b", "mine"])
    assert refusals(given) == [f'spec.finalizers: Invalid value: "mine": {SHORT}']
    assert refusals(stored(given), stored(SPACE), "finalize") == [f'spec.finalizers[2]: Invalid value: "mine": {SHORT}']


def test_the_phase_fits_the_deletion() -> None:
    old = stored(SPACE)
    assert refusals(changed(old, "status", "phase", to="Terminating"), old, "status") == [
        "status.Phase: Invalid value: \"Terminating\": may only be 'Active' if `deletionTimestamp` is empty"
    ]
    gone = changed(old, "metadata", "deletionTimestamp", to="2026-01-01T00:00:00Z")
    assert refusals(changed(gone, "status", "phase", to="Active"), gone, "status") == [
        "status.Phase: Invalid value: \"Active\": may only be 'Terminating' if `deletionTimestamp` is not empty"
    ]
