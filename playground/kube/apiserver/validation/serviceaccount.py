"""Rules of a ServiceAccount: only its metadata.

Source: ValidateServiceAccount in pkg/apis/core/validation/validation.go, v1.36.
"""

from collections.abc import Mapping
from typing import Any, Final

from playground.kube.apiserver.validation import metadata
from playground.kube.apiserver.validation.field import FieldError, Path

METADATA: Final = Path("metadata")


def validate_service_account(
    account: Mapping[str, Any], old: Mapping[str, Any] | None, subresource: str
) -> list[FieldError]:
    """All rules of a write."""
    del subresource
    errors = [] if old is None else metadata.validate_object_meta_update(account["metadata"], old["metadata"], METADATA)
    return errors + metadata.validate_object_meta(account["metadata"], METADATA)
