"""Rules of an Eviction."""

from playground.kube.apiserver.validation.eviction import validate_eviction

from .support import told

UNSAFE = "ignoreStoreReadErrorWithClusterBreakingPotential"


def test_an_eviction_needs_a_readable_store() -> None:
    assert validate_eviction({"metadata": {"name": "p"}}, None, "") == []
    assert told(validate_eviction({"metadata": {"name": "p"}, "deleteOptions": {UNSAFE: True}}, None, "")) == [
        f"deleteOptions.{UNSAFE}: Invalid value: true: can not be set for pod eviction, try after removing the option"
    ]
