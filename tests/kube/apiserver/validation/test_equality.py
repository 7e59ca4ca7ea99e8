"""Values that mean the same to Kubernetes."""

from playground.kube.apiserver.validation.equality import equal, validate_immutable
from playground.kube.apiserver.validation.field import Path

from .support import told

SELECTOR = "*metav1.LabelSelector"


def test_nothing_and_empty_mean_the_same() -> None:
    assert equal(SELECTOR, {"matchLabels": {}}, {})
    assert equal("map:string", None, {})
    assert not equal(SELECTOR, {"matchLabels": {"a": "b"}}, {"matchLabels": {"a": "c"}})


def test_a_value_that_differs_is_shown() -> None:
    assert validate_immutable(Path("spec"), SELECTOR, {}, {}) == []
    assert told(validate_immutable(Path("spec"), SELECTOR, {"matchLabels": {"a": "b"}}, {})) == [
        'spec: Invalid value: {"matchLabels":{"a":"b"}}: field is immutable'
    ]
