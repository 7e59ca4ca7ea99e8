"""A request and its answer, without any socket; and what is read from a query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from playground.kube import errors
from playground.kube.apiserver.options import DeleteOptions, Options, Preconditions, check_delete_wire, refuse
from playground.kube.apiserver.validation.field import not_supported

_TRUE = frozenset({"", "1", "t", "T", "true", "TRUE", "True"})


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `body` is bytes as they came, or an object already read."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    content_type: str = ""
    accept: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: an HTTP code, a JSON body (or plain text), and Warning headers."""

    code: int
    body: Any
    warnings: tuple[str, ...] = ()


def write_options(query: Mapping[str, str], kind: str) -> Options:
    """Return the options of a write; raises ApiError. An absent fieldValidation means Warn, as in the real server."""
    dry_run = query.get("dryRun", "")
    if dry_run not in {"", "All"}:
        refuse(kind, [not_supported("dryRun", [dry_run], ["All"])])
    return Options(
        dry_run=dry_run == "All",
        field_validation=query.get("fieldValidation") or "Warn",
        field_manager=query.get("fieldManager", ""),
        force=flag(query, "force"),
    )


def delete_options(query: Mapping[str, str], wire: Mapping[str, Any]) -> DeleteOptions:
    """Return the options of a deletion, from its body or else its query; raises ApiError."""
    asked: dict[str, Any] = {**wire}
    if not wire:
        asked |= {name: query[name] for name in ("propagationPolicy",) if query.get(name)}
        if query.get("gracePeriodSeconds"):
            asked["gracePeriodSeconds"] = whole_number(query["gracePeriodSeconds"])
        if "orphanDependents" in query:
            asked["orphanDependents"] = flag(query, "orphanDependents")
    if query.get("dryRun"):
        asked["dryRun"] = [query["dryRun"]]
    check_delete_wire(asked)
    wanted = asked.get("preconditions") or {}
    return DeleteOptions(
        grace=asked.get("gracePeriodSeconds"),
        propagation=asked.get("propagationPolicy") or "",
        preconditions=Preconditions(wanted.get("uid") or "", wanted.get("resourceVersion") or ""),
        dry_run=bool(asked.get("dryRun")),
        orphan_dependents=asked.get("orphanDependents"),
    )


def flag(query: Mapping[str, str], name: str) -> bool:
    """Return a boolean of the query; being there without a value means yes."""
    return name in query and query[name] in _TRUE


def whole_number(text: str) -> int:
    """Return a number of the query; raises ApiError BadRequest in strconv's words."""
    digits = text[1:] if text[:1] in {"+", "-"} else text
    if not digits.isdigit() or not digits.isascii():
        raise errors.bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax')
    if abs(int(text)) >= 1 << 63:
        raise errors.bad_request(f'strconv.ParseInt: parsing "{text}": value out of range')
    return int(text)
