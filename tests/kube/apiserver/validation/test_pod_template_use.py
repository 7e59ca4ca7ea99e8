"""What every controller asks of its selector and pod template."""

from playground.kube.apiserver.validation import pod_template_use as use
from playground.kube.apiserver.validation.field import Path

from .support import told

WEB = {"matchLabels": {"app": "web"}}
SELECTOR = Path("spec").child("selector")


def test_a_selector_is_given_and_not_empty() -> None:
    assert use.validate_selector_given(SELECTOR, WEB, "deployment") == []
    assert told(use.validate_selector_given(SELECTOR, None, "deployment")) == ["spec.selector: Required value"]
    assert told(use.validate_selector_given(SELECTOR, {}, "deployment")) == [
        "spec.selector: Invalid value: {}: empty selector is invalid for deployment"
    ]


def test_a_selector_picks_the_template() -> None:
    path = Path("spec").child("template")
    assert use.validate_selector_matches(path, WEB, {"app": "web", "x": "y"}) == []
    assert told(use.validate_selector_matches(path, WEB, None)) == [
        "spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`"
    ]


def test_a_broken_selector_is_not_readable() -> None:
    assert use.selector_is_readable(WEB)
    assert not use.selector_is_readable({"matchExpressions": [{"key": "a", "operator": "Near"}]})


def test_a_template_may_have_nothing() -> None:
    assert use.template_labels({"template": {}}) is None
    assert use.template_pod({"template": {}}) == {}
