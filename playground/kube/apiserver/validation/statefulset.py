"""Rules of StatefulSets. Source: pkg/apis/apps/validation/validation.go, v1.36."""

from collections.abc import Mapping
from typing import Any

from playground.kube.apiserver.validation import checks, names
from playground.kube.apiserver.validation import pod_template_use as use
from playground.kube.apiserver.validation.counts import nonnegative, not_above, not_decremented
from playground.kube.apiserver.validation.equality import equal
from playground.kube.apiserver.validation.field import (
    FieldError,
    Path,
    forbidden,
    invalid,
    not_supported,
    typed,
)
from playground.kube.apiserver.validation.golang import marshal
from playground.kube.apiserver.validation.int_or_percent import (
    amount,
    validate_at_most_100_percent,
    validate_int_or_percent,
)
from playground.kube.apiserver.validation.metadata import (
    validate_annotations,
    validate_labels,
    validate_object_meta,
    validate_object_meta_update,
)
from playground.kube.apiserver.validation.persistent_volume_claim_spec import validate_claim_spec
from playground.kube.apiserver.validation.pod_annotations import validate_pod_annotations
from playground.kube.apiserver.validation.pod_template import validate_pod_template
from playground.kube.objects.frozen import Object

Fields = Mapping[str, Any]
METADATA, SPEC, STATUS = Path("metadata"), Path("spec"), Path("status")
POLICIES = ("OrderedReady", "Parallel")
STRATEGIES = ("RollingUpdate", "OnDelete")
RETENTION = ("Retain", "Delete")
MUTABLE = (
    "replicas",
    "ordinals",
    "template",
    "updateStrategy",
    "revisionHistoryLimit",
    "persistentVolumeClaimRetentionPolicy",
    "minReadySeconds",
)
FROZEN = (
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
    "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
)


def validate_stateful_set(obj: Object, old: Object | None, subresource: str) -> list[FieldError]:
    """Rules for creating (no `old`), replacing, and for the status."""
    if old is None:
        errors = validate_object_meta(obj["metadata"], METADATA, names.is_dns1123_label)
        return errors + _validate_spec(obj["spec"], None)
    meta_errors = validate_object_meta_update(obj["metadata"], old["metadata"], METADATA)
    if subresource == "status":
        status, old_status = obj.get("status") or {}, old.get("status") or {}
        errors = _validate_status(status) + meta_errors
        return errors + not_decremented(STATUS, status, old_status, "collisionCount")
    return meta_errors + _validate_spec(obj["spec"], old["spec"]) + _validate_frozen(obj["spec"], old["spec"])


def _validate_frozen(spec: Fields, old: Fields) -> list[FieldError]:
    kept = {name: value for name, value in spec.items() if name not in MUTABLE}
    before = {name: value for name, value in old.items() if name not in MUTABLE}
    return [] if equal("apps.StatefulSetSpec", kept, before) else [forbidden(SPEC, FROZEN)]


def _validate_spec(spec: Fields, old: Fields | None) -> list[FieldError]:
    errors = _validate_policies(spec)
    if old is None:
        # Immutable later, so only looked at now.
        errors += _validate_claims(spec)
    errors += nonnegative(SPEC, spec, "replicas", "minReadySeconds")
    errors += nonnegative(SPEC.child("ordinals"), spec.get("ordinals") or {}, "start")
    if old is None and spec.get("serviceName"):
        errors += checks.named(SPEC.child("serviceName"), spec["serviceName"], names.is_dns1123_label)
    errors += _validate_selector_and_template(spec)
    path = SPEC.child("template", "spec")
    errors += use.validate_restarts_always(path, use.template_pod(spec))
    return errors + use.validate_no_deadline(path, use.template_pod(spec), "StatefulSet")


def _validate_policies(spec: Fields) -> list[FieldError]:
    errors: list[FieldError] = []
    policy = spec["podManagementPolicy"]
    if policy not in POLICIES:
        says = "must be 'OrderedReady' or 'Parallel'"
        errors.append(invalid(SPEC.child("podManagementPolicy"), typed(policy), says))
    errors += _validate_strategy(SPEC.child("updateStrategy"), spec["updateStrategy"])
    path = SPEC.child("persistentVolumeClaimRetentionPolicy")
    for name in ("whenDeleted", "whenScaled"):
        chosen = spec["persistentVolumeClaimRetentionPolicy"][name]
        if chosen not in RETENTION:
            errors.append(not_supported(path.child(name), chosen, RETENTION))
    return errors


def _validate_strategy(path: Path, strategy: Fields) -> list[FieldError]:
    rolling, place = strategy.get("rollingUpdate"), path.child("rollingUpdate")
    if strategy["type"] not in STRATEGIES:
        shown = marshal("apps.StatefulSetUpdateStrategy", strategy)
        return [invalid(path, shown, "must be 'RollingUpdate' or 'OnDelete'")]
    if rolling is None:
        return []
    if strategy["type"] == "OnDelete":
        shown = marshal("*apps.RollingUpdateStatefulSetStrategy", rolling)
        return [invalid(place, shown, "only allowed for updateStrategy 'RollingUpdate'")]
    errors = nonnegative(place, rolling, "partition")
    if rolling.get("maxUnavailable") is not None:
        errors += _validate_max_unavailable(place.child("maxUnavailable"), rolling["maxUnavailable"])
    return errors


def _validate_max_unavailable(path: Path, value: int | str) -> list[FieldError]:
    errors = validate_int_or_percent(path, value)
    if amount(value) == 0:
        errors.append(invalid(path, value, "cannot be 0"))
    return errors + validate_at_most_100_percent(path, value)


def _validate_claims(spec: Fields) -> list[FieldError]:
    path = SPEC.child("volumeClaimTemplates")
    return [
        error
        for position, claim in enumerate(spec.get("volumeClaimTemplates") or [])
        for error in validate_claim_spec(claim.get("spec") or {}, path.index(position).child("spec"))
    ]


def _validate_selector_and_template(spec: Fields) -> list[FieldError]:
    selector, path = spec.get("selector"), SPEC.child("selector")
    errors = use.validate_selector_given(path, selector, "statefulset")
    if not use.selector_is_readable(selector):
        return [*errors, invalid(path, marshal("*metav1.LabelSelector", selector), "")]
    place, template = SPEC.child("template"), _as_pods_will_be(spec)
    errors += use.validate_selector_matches(place, selector, use.template_labels(spec))
    errors += validate_pod_template(template, place)
    # The real server looks at these twice, and tells twice.
    metadata, at = template.get("metadata") or {}, place.child("annotations")
    annotations = metadata.get("annotations") or {}
    errors += validate_labels(metadata.get("labels"), place.child("labels"))
    return errors + validate_annotations(annotations, at) + validate_pod_annotations(annotations, template["spec"], at)


def _as_pods_will_be(spec: Fields) -> Fields:
    """The template as the controller will use it: it sets the host name itself and adds a volume for each claim."""
    template, pod = spec["template"], spec["template"].get("spec") or {}
    kept = {name: value for name, value in pod.items() if name not in {"subdomain", "hostname"}}
    claims = [(claim.get("metadata") or {}).get("name", "") for claim in spec.get("volumeClaimTemplates") or []]
    if claims:
        made = [{"name": name, "persistentVolumeClaim": {"claimName": name}} for name in dict.fromkeys(claims)]
        kept["volumes"] = made + [volume for volume in pod.get("volumes") or [] if volume.get("name") not in claims]
    return {**template, "spec": kept}


def _validate_status(status: Fields) -> list[FieldError]:
    replicas = ("readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas")
    errors = nonnegative(STATUS, status, "replicas", *replicas, "observedGeneration", "collisionCount")
    errors += not_above(STATUS, status, "replicas", "cannot be greater than status.replicas", *replicas)
    says = "cannot be greater than status.readyReplicas"
    return errors + not_above(STATUS, status, "readyReplicas", says, "availableReplicas")
