"""Rules of a pod's spec, in the order in which they are reported. Templates of workloads come through here too.

Source: ValidatePodSpec in pkg/apis/core/validation/validation.go, v1.36.
"""

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.apiserver.validation import (
    affinity,
    checks,
    containers,
    field,
    golang,
    metadata,
    mounts,
    names,
    pod_network,
    pod_security,
    resources,
    spread,
    tolerations,
    volumes,
)
from playground.kube.apiserver.validation.field import FieldError, Path

Values = Mapping[str, Any]

RESTART_POLICIES: Final = ("Always", "OnFailure", "Never")
PREEMPTION_POLICIES: Final = ("PreemptLowerPriority", "Never")
CONTAINER_LISTS: Final = ("initContainers", "containers", "ephemeralContainers")
MAX_DEADLINE: Final = 2**31 - 1
MIRROR: Final = "kubernetes.io/config.mirror"


def all_containers(spec: Values, path: Path) -> list[tuple[Values, Path]]:
    """Init, regular and ephemeral containers, each with its place."""
    return [
        (container, path.child(kind).index(position))
        for kind in CONTAINER_LISTS
        for position, container in enumerate(spec.get(kind) or [])
    ]


def validate_pod_spec(
    spec: Values,
    path: Path,
    *,
    pod_name: str = "",
    annotations: Mapping[str, str] | None = None,
    in_pod: bool = False,
) -> list[FieldError]:
    """Rules of a pod's spec. `in_pod`: the spec of a Pod and not of a template; `pod_name`: where it is known."""
    grace = spec.get("terminationGracePeriodSeconds")
    errors = [] if grace is not None else [field.required(path.child("terminationGracePeriodSeconds"))]
    valid, found = volumes.validate_volumes(spec.get("volumes") or [], pod_name, path.child("volumes"), in_pod=in_pod)
    errors += found
    claims = spec.get("resourceClaims") or []
    errors += _resource_claims(claims, annotations or {}, path.child("resourceClaims"))
    around = containers.Surroundings(
        volumes=valid,
        claim_names={claim["name"] for claim in claims if claim.get("name")},
        restart_policy=spec.get("restartPolicy") or "",
        grace=grace,
        host_users=spec.get("hostUsers") is not False,
    )
    errors += _containers(spec, around, path)
    errors += resources.validate_pod_resources(spec, path, around.claim_names)
    errors += pod_network.validate_host_ports(spec, path, in_pod=in_pod)
    errors += _placement(spec, path)
    errors += _across_containers(spec, path)
    errors += _names(spec, path) + _late(spec, path)
    errors += pod_security.validate_os(spec, all_containers(spec, path), path)
    return errors + mounts.validate_file_keys(spec, all_containers(spec, path))


def _containers(spec: Values, around: containers.Surroundings, path: Path) -> list[FieldError]:
    regular, init = spec.get("containers") or [], spec.get("initContainers") or []
    errors = containers.validate_containers(regular, around, path.child("containers"))
    errors += containers.validate_init_containers(init, regular, around, path.child("initContainers"))
    return errors + containers.validate_ephemeral_containers(spec, around, path.child("ephemeralContainers"))


def _resource_claims(claims: list[Values], annotations: Mapping[str, str], path: Path) -> list[FieldError]:
    if claims and MIRROR in annotations:
        return [field.forbidden("[]", "static pods do not support resource claims") for _ in claims]
    errors: list[FieldError] = []
    seen: set[str] = set()
    for position, claim in enumerate(claims):
        at, name = path.index(position), claim.get("name") or ""
        if not name:
            errors.append(field.required(at.child("name")))
        elif name in seen:
            errors.append(field.duplicate(at.child("name"), name))
        else:
            errors += checks.named(at.child("name"), name, names.is_dns1123_label)
            seen.add(name)
        errors += _claim_source(claim, at)
    return errors


def _claim_source(claim: Values, path: Path) -> list[FieldError]:
    kinds = ("resourceClaimName", "resourceClaimTemplateName")
    given = [kind for kind in kinds if claim.get(kind) is not None]
    errors: list[FieldError] = []
    if len(given) != 1:
        at_most = "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified"
        says = at_most if given else "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`"
        errors.append(field.invalid(path, golang.marshal("core.PodResourceClaim", claim), says))
    for kind in given:
        errors += checks.named(path.child(kind), claim[kind], names.is_dns1123_subdomain)
    return errors


def _placement(spec: Values, path: Path) -> list[FieldError]:
    """Restart, DNS, security and where the pod may run."""
    errors = checks.one_of(path.child("restartPolicy"), spec.get("restartPolicy") or "", RESTART_POLICIES)
    errors += checks.one_of(path.child("dnsPolicy"), spec.get("dnsPolicy") or "", pod_network.DNS_POLICIES)
    errors += metadata.validate_labels(spec.get("nodeSelector"), path.child("nodeSelector"))
    errors += pod_security.validate_pod_security_context(spec, path.child("securityContext"))
    errors += affinity.validate_affinity(spec.get("affinity"), path.child("affinity"))
    errors += pod_network.validate_dns_config(spec, path.child("dnsConfig"))
    for position, gate in enumerate(spec.get("readinessGates") or []):
        at = path.child("readinessGates").index(position).child("conditionType")
        errors += checks.named(at, gate.get("conditionType") or "", names.is_qualified_name)
    errors += _scheduling_gates(spec.get("schedulingGates") or [], path.child("schedulingGates"))
    constraints = spec.get("topologySpreadConstraints") or []
    return errors + spread.validate_constraints(constraints, path.child("topologySpreadConstraints"))


def _scheduling_gates(gates: list[Values], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: set[str] = set()
    for position, gate in enumerate(gates):
        name = gate.get("name") or ""
        errors += checks.named(path.index(position), name, names.is_qualified_name)
        if name in seen:
            errors.append(field.duplicate(path.index(position), name))
        seen.add(name)
    return errors


def _across_containers(spec: Values, path: Path) -> list[FieldError]:
    every = all_containers(spec, path)
    errors = pod_security.validate_host_process(spec, every, path)
    errors += pod_security.validate_host_users(spec, every, path)
    return errors + pod_network.validate_hostname_override(spec, path)


def _names(spec: Values, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    for name in ("serviceAccountName", "nodeName"):
        if spec.get(name):
            errors += checks.named(path.child(name), spec[name], names.is_dns1123_subdomain)
    deadline = spec.get("activeDeadlineSeconds")
    if deadline is not None and not 1 <= deadline <= MAX_DEADLINE:
        says = names.in_range(1, MAX_DEADLINE)
        errors.append(field.invalid(path.child("activeDeadlineSeconds"), deadline, says))
    for name in ("hostname", "subdomain"):
        if spec.get(name):
            errors += checks.named(path.child(name), spec[name], names.is_dns1123_label)
    return errors


def _late(spec: Values, path: Path) -> list[FieldError]:
    """Tolerations, aliases, classes and overhead."""
    errors = tolerations.validate_tolerations(spec.get("tolerations") or [], path.child("tolerations"))
    errors += pod_network.validate_host_aliases(spec.get("hostAliases") or [], path.child("hostAliases"))
    if spec.get("priorityClassName"):
        at = path.child("priorityClassName")
        errors += checks.named(at, spec["priorityClassName"], names.is_dns1123_subdomain)
    if spec.get("runtimeClassName") is not None:
        at = path.child("runtimeClassName")
        errors += checks.named(at, spec["runtimeClassName"], names.is_dns1123_subdomain)
    preemption = spec.get("preemptionPolicy")
    if preemption is not None:
        errors += checks.one_of(path.child("preemptionPolicy"), preemption, PREEMPTION_POLICIES)
    if spec.get("overhead") is not None:
        errors += resources.validate_requirements({"limits": spec["overhead"]}, path.child("overhead"))
    return errors
