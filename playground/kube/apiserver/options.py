"""What a request may ask for besides its object, and what it gets: options, their checks, answers.

The rules of options are in validation/delete_options.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from playground.kube import errors
from playground.kube.apiserver.validation.delete_options import (
    validate_delete_options,
    validate_patch_options,
    validate_write_options,
)
from playground.kube.errors import FieldError
from playground.kube.objects.frozen import Map


@dataclass(frozen=True, slots=True)
class Options:
    """How to write. `field_validation` says what becomes of unknown fields: Strict, Warn or Ignore."""

    dry_run: bool = False
    field_validation: str = "Strict"
    field_manager: str = ""
    force: bool = False


@dataclass(frozen=True, slots=True)
class Preconditions:
    """What must hold for a deletion to go on; "" asks nothing."""

    uid: str = ""
    resource_version: str = ""


@dataclass(frozen=True, slots=True)
class DeleteOptions:
    """How to delete: seconds of grace (None: the object's own), what becomes of dependents ("": as the kind does)."""

    grace: int | None = None
    propagation: str = ""
    preconditions: Preconditions = field(default_factory=Preconditions)
    dry_run: bool = False
    orphan_dependents: bool | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a verb answers: the object as it now is, an HTTP code and the texts of Warning headers."""

    object: Map
    code: int = 200
    warnings: tuple[str, ...] = ()


def check(options: Options, kind: str, *, apply: bool = False) -> None:
    """Refuse options that make no sense. `kind` is CreateOptions, UpdateOptions or PatchOptions; raises ApiError."""
    wire: dict[str, Any] = {"fieldManager": options.field_manager, "fieldValidation": options.field_validation}
    if kind == "PatchOptions":
        wire["force"] = True if options.force else None
        refuse(kind, validate_patch_options(wire, None, "", apply=apply))
    else:
        refuse(kind, validate_write_options(wire, None, ""))


def check_delete(options: DeleteOptions) -> None:
    """Refuse options of a deletion that make no sense; raises ApiError."""
    wire = {"propagationPolicy": options.propagation or None, "orphanDependents": options.orphan_dependents}
    check_delete_wire({key: value for key, value in wire.items() if value is not None})


def check_delete_wire(wire: Mapping[str, Any]) -> None:
    """Refuse DeleteOptions as they came; raises ApiError."""
    refuse("DeleteOptions", validate_delete_options(wire, None, ""))


def refuse(kind: str, problems: Sequence[FieldError]) -> None:
    """Refuse a request for its options, if there are problems; raises ApiError."""
    if problems:
        raise errors.invalid(kind, "meta.k8s.io", "", problems)
