"""Rules of the Eviction subresource. Source: pkg/registry/core/pod/storage/eviction.go, v1.36.

Whether a pod may be evicted now is the disruption budgets' matter, not a rule on the request.
"""

from typing import Final

from playground.kube.apiserver.validation import field
from playground.kube.apiserver.validation.field import FieldError, Path
from playground.kube.objects.frozen import Object

UNSAFE: Final = "ignoreStoreReadErrorWithClusterBreakingPotential"


def validate_eviction(obj: Object, old: Object | None, subresource: str) -> list[FieldError]:
    """Its delete options may not ask to pass over a store that cannot be read."""
    del old, subresource
    if not (obj.get("deleteOptions") or {}).get(UNSAFE):
        return []
    says = "can not be set for pod eviction, try after removing the option"
    return [field.invalid(Path("deleteOptions").child(UNSAFE), True, says)]
