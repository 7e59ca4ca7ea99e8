"""Rules of the pod template of a workload.

Source: ValidatePodTemplateSpec in pkg/apis/core/validation/validation.go, v1.36.
"""

from collections.abc import Mapping
from typing import Any

from playground.kube.apiserver.validation import field, metadata, pod_annotations, pod_spec
from playground.kube.apiserver.validation.field import FieldError, Path


def validate_pod_template(template: Mapping[str, Any] | None, path: Path) -> list[FieldError]:
    """Labels, annotations and the pod's spec. The paths of labels and annotations leave `metadata` out, as the real."""
    template = template or {}
    meta, spec = template.get("metadata") or {}, template.get("spec") or {}
    annotations = meta.get("annotations") or {}
    errors = metadata.validate_labels(meta.get("labels"), path.child("labels"))
    errors += metadata.validate_annotations(annotations, path.child("annotations"))
    errors += pod_annotations.validate_pod_annotations(annotations, spec, path.child("annotations"))
    errors += pod_spec.validate_pod_spec(spec, path.child("spec"))
    errors += pod_annotations.seccomp_matches(meta, spec, path.child("spec"))
    errors += pod_annotations.app_armor_matches(meta, spec, path.child("spec"))
    if spec.get("ephemeralContainers"):
        says = "ephemeral containers not allowed in pod template"
        errors.append(field.forbidden(path.child("spec", "ephemeralContainers"), says))
    return errors
