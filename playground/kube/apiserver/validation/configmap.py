"""Rules of a ConfigMap: keys that can be file names, at most 1 MiB, and nothing changes once it is immutable.

Source: ValidateConfigMap and ValidateConfigMapUpdate in pkg/apis/core/validation/validation.go, v1.36.
"""

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.apiserver.validation import checks, encoded, field, metadata, names
from playground.kube.apiserver.validation.field import FieldError, Path

Values = Mapping[str, Any]

METADATA: Final = Path("metadata")
DATA: Final = Path("data")
BINARY: Final = Path("binaryData")
MAX_BYTES: Final = 1024 * 1024
IMMUTABLE: Final = "field is immutable when `immutable` is set"


def validate_config_map(config: Values, old: Values | None, subresource: str) -> list[FieldError]:
    """All rules of a write; there are no subresources."""
    del subresource
    errors: list[FieldError] = []
    if old is not None:
        errors += metadata.validate_object_meta_update(config["metadata"], old["metadata"], METADATA)
        errors += frozen(config, old, ("data", "binaryData"))
    return errors + _validate(config)


def frozen(new: Values, old: Values, fields: tuple[str, ...]) -> list[FieldError]:
    """What may no longer change: the mark itself, and these fields; Secrets have the same rule."""
    if not old.get("immutable"):
        return []
    errors = [] if new.get("immutable") else [field.forbidden("immutable", IMMUTABLE)]
    changed = [name for name in fields if not checks.same(new.get(name), old.get(name))]
    return errors + [field.forbidden(name, IMMUTABLE) for name in changed]


def _validate(config: Values) -> list[FieldError]:
    data, binary = config.get("data") or {}, config.get("binaryData") or {}
    errors = metadata.validate_object_meta(config["metadata"], METADATA)
    for key in sorted(data):
        errors += checks.named(DATA.key(key), key, names.is_config_key)
        if key in binary:
            errors.append(field.invalid(DATA.key(key), key, "duplicate of key present in binaryData"))
    for key in sorted(binary):
        errors += checks.named(BINARY.key(key), key, names.is_config_key)
    total = sum(map(names.size, data.values())) + sum(map(encoded.size, binary.values()))
    return errors if total <= MAX_BYTES else [*errors, field.too_long("[]", MAX_BYTES)]
