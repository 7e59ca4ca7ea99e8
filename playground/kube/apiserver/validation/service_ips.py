"""Rules of a Service's cluster IPs and IP families, and of what may change in them.

Source: ValidateServiceClusterIPsRelatedFields, validateUpgradeDowngradeClusterIPs and
validateUpgradeDowngradeIPFamilies in pkg/apis/core/validation/validation.go, v1.36.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from playground.kube.apiserver.validation import addresses, field
from playground.kube.apiserver.validation.field import FieldError, Path

Spec = Mapping[str, Any]

IPS: Final = Path("spec.clusterIPs")
FAMILIES: Final = Path("spec.ipFamilies")
POLICY: Final = Path("spec.ipFamilyPolicy")
KNOWN_FAMILIES: Final = ("IPv4", "IPv6")
POLICIES: Final = ("PreferDualStack", "RequireDualStack", "SingleStack")
SET_ONCE: Final = "may not change once set"
ONE_OF_EACH: Final = "may specify no more than one IP for each IP family"


def is_headless(spec: Spec) -> bool:
    """Whether the Service has no address of its own: `clusterIP: None`."""
    return spec.get("clusterIPs") == ["None"]


def validate_cluster_ips(spec: Spec, before: Spec) -> list[FieldError]:
    """Addresses and families of a Service; `before` is the stored spec, empty on create."""
    if spec.get("type") == "ExternalName":
        return []
    ips, families = list(spec.get("clusterIPs") or []), list(spec.get("ipFamilies") or [])
    errors = _primary(spec.get("clusterIP") or "", ips) + _families(spec, families)
    found = _addresses(ips, before.get("clusterIPs") or [])
    errors += found
    if len(ips) > 2:
        errors.append(field.invalid(IPS, ips, "may only hold up to 2 values"))
    if found:
        return errors
    if len(ips) > 1 and {addresses.family(ip) for ip in ips} != {4, 6}:
        errors.append(field.invalid(IPS, ips, ONE_OF_EACH))
    if not is_headless(spec):
        errors += _fit(ips, families)
    return errors


def _primary(ip: str, ips: list[str]) -> list[FieldError]:
    if not ip:
        says = "must be empty when `clusterIP` is not specified"
        return [field.invalid(IPS, ips, says)] if ips else []
    if not ips:
        return [field.required(IPS)]
    return [] if ips[0] == ip else [field.invalid(IPS, ips, "first value must match `clusterIP`")]


def _families(spec: Spec, families: Sequence[str]) -> list[FieldError]:
    errors: list[FieldError] = []
    for position, family in enumerate(families):
        at = FAMILIES.index(position)
        if family not in KNOWN_FAMILIES:
            errors.append(field.not_supported(at, family, KNOWN_FAMILIES))
        if family in families[:position]:
            errors.append(field.duplicate(at, field.typed(family)))
    policy = spec.get("ipFamilyPolicy")
    if policy is not None and policy not in POLICIES:
        errors.append(field.not_supported(POLICY, policy, POLICIES))
    return errors


def _addresses(ips: list[str], known: Sequence[str]) -> list[FieldError]:
    errors: list[FieldError] = []
    for position, ip in enumerate(ips):
        if position == 0 and ip == "None":
            if len(ips) > 1:
                errors.append(field.invalid(IPS, ips, "'None' must be the first and only value"))
            continue
        errors += addresses.is_ip(IPS.index(position), ip, known)
    return errors


def _fit(ips: list[str], families: list[str]) -> list[FieldError]:
    """Each address is of the family that stands at its place."""
    return [
        field.invalid(IPS.index(position), ip, f"expected an {family} value as indicated by `ipFamilies[{position}]`")
        for position, (ip, family) in enumerate(zip(ips, families, strict=False))
        if family in KNOWN_FAMILIES and (family == "IPv6") != (addresses.family(ip) == 6)
    ]


def validate_update(spec: Spec, before: Spec) -> list[FieldError]:
    """The first address and family stay; the second may come, and go with a policy of SingleStack."""
    if "ExternalName" in {spec.get("type"), before.get("type")}:
        return []
    errors: list[FieldError] = []
    if not (is_headless(spec) and is_headless(before)):
        errors += _changed_ips(spec, list(spec.get("clusterIPs") or []), list(before.get("clusterIPs") or []))
    if not is_headless(spec) and not is_headless(before):
        errors += _changed_families(spec, list(spec.get("ipFamilies") or []), list(before.get("ipFamilies") or []))
    return errors


def _changed_ips(spec: Spec, now: list[str], old: list[str]) -> list[FieldError]:
    shown = now or None
    if len(now) == len(old):
        changed = [position for position, ip in enumerate(old) if now[position] != ip]
        return [field.invalid(IPS.index(position), shown, SET_ONCE) for position in changed]
    errors: list[FieldError] = []
    if not now:
        errors.append(field.invalid(IPS.index(0), shown, "primary clusterIP can not be unset"))
    if now and old and now[0] != old[0]:
        errors.append(field.invalid(IPS.index(0), shown, SET_ONCE))
    return errors + _released(spec, now, old, "clusterIP")


def _released(spec: Spec, now: list[str], old: list[str], what: str) -> list[FieldError]:
    policy = spec.get("ipFamilyPolicy")
    if len(old) <= len(now) or len(now) != 1 or policy == "SingleStack":
        return []
    says = f"must be set to 'SingleStack' when releasing the secondary {what}"
    return [field.invalid(POLICY, policy if policy is None else field.typed(policy), says)]


def _changed_families(spec: Spec, now: list[str], old: list[str]) -> list[FieldError]:
    """The real messages stand at the first family always, and print the addresses in some; so do these."""
    ips, at = list(spec.get("clusterIPs") or []), FAMILIES.index(0)
    if len(now) == len(old):
        return [field.invalid(at, now, SET_ONCE) for one, other in zip(now, old, strict=True) if one != other]
    errors: list[FieldError] = []
    if len(old) > len(now) and not ips:
        errors.append(field.invalid(at, now or None, "primary ipFamily can not be unset"))
    if now and old and now[0] != old[0]:
        errors.append(field.invalid(at, ips, SET_ONCE))
    return errors + _released(spec, now, old, "ipFamily")
