"""Rules of a ServiceAccount."""

from .support import SUBDOMAIN, changed, refusals, stored

ACCOUNT = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "a", "namespace": "n"}}


def test_only_its_metadata_has_rules() -> None:
    assert refusals(ACCOUNT) == []
    assert refusals(changed(ACCOUNT, "metadata", "name", to="A")) == [f'metadata.name: Invalid value: "A": {SUBDOMAIN}']


def test_an_update_is_told_both() -> None:
    old = stored(ACCOUNT)
    assert refusals(changed(old, "metadata", "name", to="A"), old) == [
        'metadata.name: Invalid value: "A": field is immutable',
        f'metadata.name: Invalid value: "A": {SUBDOMAIN}',
    ]
