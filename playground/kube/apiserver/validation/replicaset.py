"""Rules of ReplicaSets, and of the selector and template a Deployment shares with them.

Source: pkg/apis/apps/validation/validation.go, pkg/registry/apps/replicaset/strategy.go, v1.36.
"""

from collections.abc import Mapping
from typing import Any

from playground.kube.apiserver.validation import pod_template_use as use
from playground.kube.apiserver.validation.counts import nonnegative, not_above
from playground.kube.apiserver.validation.equality import validate_immutable
from playground.kube.apiserver.validation.field import FieldError, Path, invalid
from playground.kube.apiserver.validation.golang import marshal
from playground.kube.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from playground.kube.apiserver.validation.pod_template import validate_pod_template
from playground.kube.objects.frozen import Object

Fields = Mapping[str, Any]
METADATA, SPEC, STATUS = Path("metadata"), Path("spec"), Path("status")


def validate_replica_set(obj: Object, old: Object | None, subresource: str) -> list[FieldError]:
    """Rules for creating (no `old`), replacing, and for the status."""
    if old is None:
        return validate_object_meta(obj["metadata"], METADATA) + _validate_spec(obj["spec"])
    errors = validate_object_meta_update(obj["metadata"], old["metadata"], METADATA)
    if subresource == "status":
        return errors + _validate_status(obj.get("status") or {})
    errors += _validate_spec(obj["spec"])
    return errors + validate_selector_unchanged(obj["spec"], old["spec"])


def _validate_spec(spec: Fields) -> list[FieldError]:
    return nonnegative(SPEC, spec, "replicas", "minReadySeconds") + validate_selector_and_template(spec)


def validate_selector_unchanged(spec: Fields, old: Fields) -> list[FieldError]:
    """The selector is what ties pods to their controller, so it stays."""
    return validate_immutable(
        SPEC.child("selector"), "*metav1.LabelSelector", spec.get("selector"), old.get("selector")
    )


def validate_selector_and_template(spec: Fields) -> list[FieldError]:
    """The selector is given and picks the template's pods, which restart always. Messages say "deployment" for both."""
    selector, path = spec.get("selector"), SPEC.child("selector")
    errors = use.validate_selector_given(path, selector, "deployment")
    if not use.selector_is_readable(selector):
        return [*errors, invalid(path, marshal("*metav1.LabelSelector", selector), "invalid label selector")]
    template = SPEC.child("template")
    errors += use.validate_selector_matches(template, selector, use.template_labels(spec))
    errors += validate_pod_template(spec["template"], template)
    errors += use.validate_restarts_always(template.child("spec"), use.template_pod(spec))
    return errors + use.validate_no_deadline(template.child("spec"), use.template_pod(spec), "ReplicaSet")


def _validate_status(status: Fields) -> list[FieldError]:
    replicas = ("fullyLabeledReplicas", "readyReplicas", "availableReplicas")
    errors = nonnegative(STATUS, status, "replicas", *replicas, "observedGeneration", "terminatingReplicas")
    errors += not_above(STATUS, status, "replicas", "cannot be greater than status.replicas", *replicas)
    return errors + not_above(
        STATUS, status, "readyReplicas", "cannot be greater than readyReplicas", "availableReplicas"
    )
