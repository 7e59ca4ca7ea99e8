"""What every controller asks of its selector and pod template: they fit each other, and pods restart for ever.

The template's own rules are VALIDATORS of pods. Source: pkg/apis/apps/validation/validation.go, v1.36.
"""

from collections.abc import Mapping
from typing import Any

from playground.kube.apiserver.validation.field import FieldError, Path, forbidden, invalid, not_supported, required
from playground.kube.apiserver.validation.golang import marshal
from playground.kube.apiserver.validation.metadata import validate_label_selector
from playground.kube.selectors import LabelSelector

Fields = Mapping[str, Any]
MISMATCH = "`selector` does not match template `labels`"


def template_labels(spec: Fields) -> Mapping[str, str] | None:
    """Return the labels of `spec.template`, None when there are none."""
    labels: Mapping[str, str] | None = (spec["template"].get("metadata") or {}).get("labels")
    return labels


def template_pod(spec: Fields) -> Fields:
    """Return `spec.template.spec`."""
    pod: Fields = spec["template"].get("spec") or {}
    return pod


def validate_selector_given(path: Path, selector: Fields | None, owner: str) -> list[FieldError]:
    """A selector must be there, well formed and not empty. `owner` is the word the message uses for the kind."""
    if selector is None:
        return [required(path)]
    return validate_label_selector(selector, path) + validate_selector_not_empty(path, selector, owner)


def validate_selector_not_empty(path: Path, selector: Fields | None, owner: str) -> list[FieldError]:
    """A selector of everything would take every pod of the namespace."""
    if selector is None or selector.get("matchLabels") or selector.get("matchExpressions"):
        return []
    return [invalid(path, marshal("*metav1.LabelSelector", selector), f"empty selector is invalid for {owner}")]


def selector_is_readable(selector: Fields | None) -> bool:
    """Whether Kubernetes can turn the selector into one it matches with; none at all selects nothing."""
    return not validate_label_selector(selector, Path())


def selects(selector: Fields | None, labels: Mapping[str, str] | None) -> bool:
    """Whether a readable selector picks these labels."""
    return LabelSelector.of(selector).matches(labels or {})


def validate_selector_matches(
    path: Path, selector: Fields | None, labels: Mapping[str, str] | None
) -> list[FieldError]:
    """The template's labels must be picked by the selector, or the controller would never see its own pods."""
    if selects(selector, labels):
        return []
    return [invalid(path.child("metadata", "labels"), marshal("map:string", labels), MISMATCH)]


def validate_restarts_always(path: Path, pod: Fields) -> list[FieldError]:
    """Pods of a controller that keeps a number of them running restart always."""
    if pod.get("restartPolicy") == "Always":
        return []
    return [not_supported(path.child("restartPolicy"), pod.get("restartPolicy") or "", ["Always"])]


def validate_no_deadline(path: Path, pod: Fields, owner: str) -> list[FieldError]:
    """Such pods have no end, so no deadline either."""
    if pod.get("activeDeadlineSeconds") is None:
        return []
    return [forbidden(path.child("activeDeadlineSeconds"), f"activeDeadlineSeconds in {owner} is not Supported")]
