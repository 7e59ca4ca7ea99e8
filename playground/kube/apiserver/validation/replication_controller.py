"""Rules of a ReplicationController, the ancestor of the ReplicaSet.

Source: ValidateReplicationController and its updates in pkg/apis/core/validation/validation.go, v1.36. What is declared
in its type is only compared with these rules in v1.36; these are what a client is told.
"""

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.apiserver.validation import checks, field, golang, metadata, names, pod_template
from playground.kube.apiserver.validation.field import FieldError, Path

Values = Mapping[str, Any]

METADATA: Final = Path("metadata")
SPEC: Final = Path("spec")
STATUS: Final = Path("status")
TEMPLATE: Final = SPEC.child("template")
COUNTS: Final = ("replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas", "observedGeneration")


def validate_replication_controller(obj: Values, old: Values | None, subresource: str) -> list[FieldError]:
    """All rules of a write of the controller or of its status."""
    if old is None:
        return _meta(obj["metadata"]) + _spec(obj.get("spec") or {})
    errors = metadata.validate_object_meta_update(obj["metadata"], old["metadata"], METADATA)
    if subresource == "status":
        return errors + _status(obj.get("status") or {})
    return errors + _spec(obj.get("spec") or {})


def _meta(meta: Values) -> list[FieldError]:
    """The name alone is checked, not what it was generated from; its length is told in bytes."""
    plain = {key: value for key, value in meta.items() if key != "generateName"}
    return metadata.validate_object_meta(plain, METADATA, names.is_dns1123_subdomain_in_bytes)


def _spec(spec: Values) -> list[FieldError]:
    errors = checks.not_negative(SPEC.child("minReadySeconds"), spec.get("minReadySeconds") or 0)
    selector, replicas = spec.get("selector") or {}, spec.get("replicas")
    errors += [] if selector else [field.required(SPEC.child("selector"))]
    if replicas is None:
        errors.append(field.required(SPEC.child("replicas")))
    else:
        errors += checks.not_negative(SPEC.child("replicas"), replicas)
    return errors + _template(spec.get("template"), selector)


def _template(template: Values | None, selector: Mapping[str, str]) -> list[FieldError]:
    if template is None:
        return [field.required(TEMPLATE)]
    errors: list[FieldError] = []
    labels = (template.get("metadata") or {}).get("labels")
    if not all((labels or {}).get(key) == value for key, value in selector.items()):
        shown = golang.marshal("map:string", labels)
        says = "`selector` does not match template `labels`"
        errors.append(field.invalid(TEMPLATE.child("metadata", "labels"), shown, says))
    errors += pod_template.validate_pod_template(template, TEMPLATE)
    pod = template.get("spec") or {}
    policy = pod.get("restartPolicy") or ""
    if policy != "Always":
        errors.append(field.not_supported(TEMPLATE.child("spec", "restartPolicy"), policy, ("Always",)))
    if pod.get("activeDeadlineSeconds") is not None:
        says = "activeDeadlineSeconds in ReplicationController is not Supported"
        errors.append(field.forbidden(TEMPLATE.child("spec", "activeDeadlineSeconds"), says))
    return errors


def _status(status: Values) -> list[FieldError]:
    errors: list[FieldError] = []
    for name in COUNTS:
        errors += checks.not_negative(STATUS.child(name), status.get(name) or 0)
    for name in COUNTS[1:4]:
        errors += _at_most(status, name, "replicas", "cannot be greater than status.replicas")
    return errors + _at_most(status, "availableReplicas", "readyReplicas", "cannot be greater than readyReplicas")


def _at_most(status: Values, name: str, other: str, says: str) -> list[FieldError]:
    number = status.get(name) or 0
    return [field.invalid(STATUS.child(name), number, says)] if number > (status.get(other) or 0) else []
