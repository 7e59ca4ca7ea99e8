"""Rules of Jobs: their selector, and what may change. The spec's own rules are in job_spec, the status's in job_status.

Source: pkg/apis/batch/validation/validation.go, pkg/registry/batch/job/strategy.go, v1.36.
"""

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.apiserver.validation import field, names
from playground.kube.apiserver.validation import pod_template_use as use
from playground.kube.apiserver.validation.conditions import is_true
from playground.kube.apiserver.validation.counts import count
from playground.kube.apiserver.validation.equality import equal, validate_immutable
from playground.kube.apiserver.validation.field import FieldError, Path
from playground.kube.apiserver.validation.golang import marshal
from playground.kube.apiserver.validation.job_spec import is_indexed, validate_job_spec
from playground.kube.apiserver.validation.job_status import validate_job_status_update
from playground.kube.apiserver.validation.metadata import (
    validate_label_selector,
    validate_object_meta,
    validate_object_meta_update,
)
from playground.kube.objects.frozen import Object

Fields = Mapping[str, Any]
METADATA: Final = Path("metadata")
SPEC: Final = Path("spec")
UID_LABELS: Final = ("controller-uid", "batch.kubernetes.io/controller-uid")
NAME_LABELS: Final = ("job-name", "batch.kubernetes.io/job-name")
IMMUTABLE: Final = (
    ("completionMode", "*string"),
    ("podFailurePolicy", "*batch.PodFailurePolicy"),
    ("backoffLimitPerIndex", "*number"),
    ("managedBy", "*string"),
    ("successPolicy", "*batch.SuccessPolicy"),
)


def validate_job(obj: Object, old: Object | None, subresource: str) -> list[FieldError]:
    """Rules for creating (no `old`), replacing, and for the status.

    A replaced Job is looked at twice by the real server, so each complaint about its spec is told twice.
    """
    if old is not None and subresource == "status":
        errors = validate_object_meta_update(obj["metadata"], old["metadata"], METADATA)
        return errors + validate_job_status_update(obj, old)
    errors = _validate_whole(obj, old)
    if old is None:
        return errors
    errors += validate_object_meta_update(obj["metadata"], old["metadata"], METADATA)
    return errors + _validate_spec(obj["spec"]) + _validate_changes(obj["spec"], old)


def _validate_whole(obj: Object, old: Object | None) -> list[FieldError]:
    errors = validate_object_meta(obj["metadata"], METADATA)
    errors += _validate_generated_selector(obj, old)
    errors += _validate_spec(obj["spec"])
    if is_indexed(obj["spec"]) and count(obj["spec"], "completions") > 0:
        errors += _validate_longest_host_name(obj["metadata"].get("name") or "", obj["spec"]["completions"])
    return errors


def _validate_longest_host_name(name: str, completions: int) -> list[FieldError]:
    host = f"{name}-{completions - 1}"
    if not names.is_dns1123_label(host):
        return []
    says = f"will not able to create pod with invalid DNS label: {host}"
    return [field.invalid(METADATA.child("name"), name, says)]


def _validate_generated_selector(obj: Object, old: Object | None) -> list[FieldError]:
    """Unless the selector is manual, the template has the labels that the server generates from name and uid."""
    spec, metadata = obj["spec"], obj["metadata"]
    if spec.get("manualSelector") or spec.get("selector") is None:
        return []
    name, uid = metadata.get("name") or "", metadata.get("uid") or ""
    errors = [] if uid else [field.required(METADATA.child("uid"))]
    pairs = [(UID_LABELS[0], uid), (NAME_LABELS[0], name)]
    # Jobs of before v1.27 may lack the labels with a prefix.
    before = use.template_labels(old["spec"]) if old else None
    if old is None or {UID_LABELS[1], NAME_LABELS[1]} <= set(before or {}):
        pairs += [(UID_LABELS[1], uid), (NAME_LABELS[1], name)]
    labels = use.template_labels(spec)
    for label, expected in pairs:
        errors += _validate_has_label(SPEC.child("template", "metadata", "labels").key(label), labels, label, expected)
    selector = spec["selector"]
    if use.selector_is_readable(selector) and not use.selects(selector, dict(pairs)):
        shown = marshal("*metav1.LabelSelector", selector)
        errors.append(field.invalid(SPEC.child("selector"), shown, "`selector` not auto-generated"))
    return errors


def _validate_has_label(path: Path, labels: Mapping[str, str] | None, label: str, expected: str) -> list[FieldError]:
    actual = (labels or {}).get(label)
    if actual is None:
        return [field.required(path, f"must be '{expected}'")]
    return [] if actual == expected else [field.invalid(path, marshal("map:string", labels), f"must be '{expected}'")]


def _validate_spec(spec: Fields) -> list[FieldError]:
    errors = validate_job_spec(SPEC, spec)
    selector = spec.get("selector")
    if selector is None:
        errors.append(field.required(SPEC.child("selector")))
    errors += validate_label_selector(selector, SPEC.child("selector"))
    if use.selector_is_readable(selector):
        errors += use.validate_selector_matches(SPEC.child("template"), selector, use.template_labels(spec))
    return errors


def _validate_changes(spec: Fields, old_job: Object) -> list[FieldError]:
    old = old_job["spec"]
    errors = _validate_completions_change(SPEC.child("completions"), spec, old)
    path = SPEC.child("selector")
    errors += validate_immutable(path, "*metav1.LabelSelector", spec.get("selector"), old.get("selector"))
    errors += _validate_template_change(spec["template"], old_job)
    for name, kind in IMMUTABLE:
        errors += validate_immutable(SPEC.child(name), kind, spec.get(name), old.get(name))
    return errors


def _validate_completions_change(path: Path, spec: Fields, old: Fields) -> list[FieldError]:
    """Fixed, but for an Indexed Job, which may grow and shrink with its parallelism."""
    completions = spec.get("completions")
    if not is_indexed(spec):
        return validate_immutable(path, "*number", completions, old.get("completions"))
    if completions in {None, old.get("completions"), spec.get("parallelism")}:
        return []
    return [field.invalid(path, completions, "can only be modified in tandem with spec.parallelism")]


def _validate_template_change(template: Fields, old_job: Object) -> list[FieldError]:
    """Fixed, but while a suspended Job has no pods: where its pods may go and what they ask for can then change."""
    old, path = old_job["spec"]["template"], SPEC.child("template")
    if not _template_may_change(old_job):
        return validate_immutable(path, "core.PodTemplateSpec", template, old)
    allowed = _with_new_resources(template["spec"], _with_new_directives(template["spec"], old["spec"]))
    if equal("core.PodSpec", template["spec"], allowed):
        return []
    return [field.invalid(SPEC.child("template.spec"), marshal("core.PodSpec", template["spec"]), "field is immutable")]


def _template_may_change(job: Object) -> bool:
    status = job.get("status") or {}
    stopped = status.get("startTime") is None or is_true(status, "Suspended")
    return bool(job["spec"].get("suspend")) and stopped and not status.get("active")


def _with_new_directives(pod: Fields, old: Fields) -> dict[str, Any]:
    """The old pod with the new one's node affinity, node selector, tolerations and gates."""
    mixed = {**old, **{name: pod.get(name) for name in ("nodeSelector", "tolerations", "schedulingGates")}}
    new, before = pod.get("affinity"), old.get("affinity")
    if new is not None:
        mixed["affinity"] = {**(before or {}), "nodeAffinity": new.get("nodeAffinity")}
    elif before is not None:
        rest = {name: terms for name, terms in before.items() if name != "nodeAffinity" and terms is not None}
        mixed["affinity"] = rest or None
    return mixed


def _with_new_resources(pod: Fields, old: Fields) -> dict[str, Any]:
    """The old pod with the new one's container resources, name by name."""
    mixed = dict(old)
    for kind in ("initContainers", "containers"):
        ours, theirs = pod.get(kind) or [], old.get(kind) or []
        if len(ours) == len(theirs):
            mixed[kind] = [
                {**past, "resources": now.get("resources")} if now.get("name") == past.get("name") else past
                for now, past in zip(ours, theirs, strict=True)
            ]
    return mixed
