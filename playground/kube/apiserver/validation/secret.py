"""Rules of a Secret: keys, size, and what each type must hold.

Source: ValidateSecret and ValidateSecretUpdate in pkg/apis/core/validation/validation.go, v1.36.
"""

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.apiserver.validation import checks, configmap, encoded, field, go_json_errors, metadata, names
from playground.kube.apiserver.validation.field import FieldError, Path

Values = Mapping[str, Any]

METADATA: Final = Path("metadata")
DATA: Final = Path("data")
MAX_BYTES: Final = 1024 * 1024
ACCOUNT: Final = "kubernetes.io/service-account.name"
DOCKER_KEYS: Final = {
    "kubernetes.io/dockercfg": ".dockercfg",
    "kubernetes.io/dockerconfigjson": ".dockerconfigjson",
}


def validate_secret(secret: Values, old: Values | None, subresource: str) -> list[FieldError]:
    """All rules of a write; there are no subresources."""
    del subresource
    errors: list[FieldError] = []
    if old is not None:
        errors += metadata.validate_object_meta_update(secret["metadata"], old["metadata"], METADATA)
        kind = secret.get("type") or ""
        errors += checks.immutable(Path("type"), kind, old.get("type") or "", field.typed(kind))
        errors += configmap.frozen(secret, old, ("data",))
    return errors + _validate(secret)


def _validate(secret: Values) -> list[FieldError]:
    data = secret.get("data") or {}
    errors = metadata.validate_object_meta(secret["metadata"], METADATA)
    for key in sorted(data):
        errors += checks.named(DATA.key(key), key, names.is_config_key)
    if sum(map(encoded.size, data.values())) > MAX_BYTES:
        errors.append(field.too_long(DATA, MAX_BYTES))
    return errors + _by_type(secret, data)


def _by_type(secret: Values, data: Mapping[str, str]) -> list[FieldError]:
    kind = secret.get("type") or ""
    if kind == "kubernetes.io/service-account-token":
        named = (secret["metadata"].get("annotations") or {}).get(ACCOUNT)
        return [] if named else [field.required(METADATA.child("annotations").key(ACCOUNT))]
    if kind in DOCKER_KEYS:
        return _docker(DOCKER_KEYS[kind], data)
    if kind == "kubernetes.io/basic-auth" and not {"username", "password"} & set(data):
        return [field.required(DATA.key("username")), field.required(DATA.key("password"))]
    if kind == "kubernetes.io/ssh-auth" and not data.get("ssh-privatekey"):
        return [field.required(DATA.key("ssh-privatekey"))]
    if kind == "kubernetes.io/tls":
        return [field.required(DATA.key(key)) for key in ("tls.crt", "tls.key") if key not in data]
    return []


def _docker(key: str, data: Mapping[str, str]) -> list[FieldError]:
    """The credentials of a registry must be a JSON object; they are never repeated in a message."""
    if key not in data:
        return [field.required(DATA.key(key))]
    fault = go_json_errors.object_fault(encoded.decode(data[key]))
    return [field.invalid(DATA.key(key), "<secret contents redacted>", fault)] if fault else []
