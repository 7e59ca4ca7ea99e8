"""Rules of a container's environment: plain values, values from elsewhere, and whole ConfigMaps and Secrets.

Source: ValidateEnv, ValidateEnvFrom and what they call in pkg/apis/core/validation/validation.go, v1.36.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from playground.kube.apiserver.validation import checks, downward, field, names
from playground.kube.apiserver.validation.field import FieldError, Path

Values = Mapping[str, Any]

SOURCES: Final = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")
NO_SOURCE: Final = (
    "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"
)
TWO_SOURCES: Final = "may not have more than one field specified at a time"


def validate_env(variables: Sequence[Values], path: Path) -> list[FieldError]:
    """Names and sources of the variables; one name may appear twice."""
    errors: list[FieldError] = []
    for position, variable in enumerate(variables):
        at = path.index(position)
        errors += checks.required_named(at.child("name"), variable.get("name") or "", names.is_env_var_name)
        errors += _value_from(variable, at.child("valueFrom"))
    return errors


def _value_from(variable: Values, path: Path) -> list[FieldError]:
    source = variable.get("valueFrom")
    if source is None:
        return []
    given = [kind for kind in SOURCES if source.get(kind) is not None]
    errors: list[FieldError] = []
    for kind in given:
        errors += _source(kind, source[kind], path.child(kind))
    if not given:
        errors.append(field.invalid(path, "", NO_SOURCE))
    elif variable.get("value"):
        errors.append(field.invalid(path, "", "may not be specified when `value` is not empty"))
    elif len(given) > 1:
        errors.append(field.invalid(path, "", TWO_SOURCES))
    return errors


def _source(kind: str, source: Values, path: Path) -> list[FieldError]:
    if kind == "fieldRef":
        return downward.field_ref(source, downward.ENV_FIELDS, path)
    if kind == "resourceFieldRef":
        return downward.resource_field_ref(source, path, in_volume=False)
    if kind == "fileKeyRef":
        return _file_key(source, path)
    errors = checks.named(path.child("name"), source.get("name") or "", names.is_dns1123_subdomain)
    return errors + checks.required_named(path.child("key"), source.get("key") or "", names.is_config_key)


def _file_key(source: Values, path: Path) -> list[FieldError]:
    errors = checks.required_named(path.child("key"), source.get("key") or "", names.is_env_var_name)
    volume = source.get("volumeName") or ""
    errors += checks.required_named(path.child("volumeName"), volume, names.is_dns1123_label)
    target = source.get("path") or ""
    if not target:
        return [*errors, field.required(path.child("path"))]
    return errors + checks.no_backsteps(path.child("path"), target)


def validate_env_from(sources: Sequence[Values], path: Path) -> list[FieldError]:
    """Whole ConfigMaps and Secrets; a source that is missing or double is told at the list, as in the real one."""
    errors: list[FieldError] = []
    for position, source in enumerate(sources):
        at = path.index(position)
        prefix = source.get("prefix") or ""
        errors += checks.named(at.child("prefix"), prefix, names.is_env_var_name) if prefix else []
        given = [kind for kind in ("configMapRef", "secretRef") if source.get(kind) is not None]
        for kind in given:
            errors += _env_source(source[kind].get("name") or "", at.child(kind, "name"))
        if not given:
            errors.append(field.invalid(path, "", "must specify one of: `configMapRef` or `secretRef`"))
        elif len(given) > 1:
            errors.append(field.invalid(path, "", TWO_SOURCES))
    return errors


def _env_source(name: str, path: Path) -> list[FieldError]:
    """The name is checked as a prefix would be: a trailing dash passes."""
    if not name:
        return [field.required(path)]
    return [field.invalid(path, name, says) for says in names.is_dns1123_subdomain(names.mask_trailing_dash(name))]
