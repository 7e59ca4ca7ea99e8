"""What an admission plugin is, and what it is asked. A plugin is one small file; the order is in registry.py.

Source: k8s.io/apiserver/pkg/admission/{interfaces,errors}.go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from playground.kube import errors
from playground.kube.apiserver.core import Core
from playground.kube.errors import ApiError
from playground.kube.objects.frozen import Object
from playground.kube.objects.kinds import Resource
from playground.kube.store import By

Operation = Literal["CREATE", "UPDATE", "DELETE"]


@dataclass(slots=True)
class Request:
    """One write on its way in. `object` may be edited while mutating plugins run; a deletion has none."""

    core: Core
    operation: Operation
    resource: Resource
    namespace: str
    name: str
    by: By
    object: dict[str, Any] | None = None
    old: Object | None = None
    subresource: str = ""
    dry_run: bool = False

    def draft(self) -> dict[str, Any]:
        """Return the object of a write that has one."""
        if self.object is None:
            raise TypeError(f"a {self.operation} of {self.resource.plural} has no object")
        return self.object

    def is_for(self, plural: str) -> bool:
        """Tell whether this is about the objects of a resource themselves, not about a subresource."""
        return self.resource.qualified == plural and not self.subresource

    def forbidden(self, why: str, causes: Sequence[Mapping[str, str]] = ()) -> ApiError:
        """Return the refusal, about the object's name as far as it has one yet."""
        metadata = (self.object or {}).get("metadata") or {}
        name = self.name or metadata.get("name") or metadata.get("generateName") or "Unknown"
        return errors.forbidden(self.resource.qualified, name, why, causes)


Step = Callable[[Request], None]


@dataclass(frozen=True, slots=True)
class Plugin:
    """A plugin: `admit` may change the draft, `validate` may not; both refuse by raising ApiError."""

    name: str
    operations: tuple[Operation, ...]
    admit: Step | None = None
    validate: Step | None = None
