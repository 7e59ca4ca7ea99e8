"""The order in which endpoints list their ports: by a hash of the port as Go prints it, so neither by name nor number.

After pkg/api/v1/endpoints/util.go and k8s.io/endpointslice/util/controller_utils.go (portsByHash, portsInOrder).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

Json = dict[str, Any]

_BASIS: Final = 0x6C62272E07BB014262B821756295C58D
_PRIME: Final = 0x0000000001000000000000000000013B
_MASK: Final = (1 << 128) - 1


def in_endpoints(ports: Iterable[Json]) -> list[Json]:
    """Return the ports of an Endpoints' subset in order."""
    return sorted(ports, key=lambda port: _fnv(f"(v1.EndpointPort){{{_named(port)} {_plain(port)} {_app(port)}}}"))


def in_slices(ports: Iterable[Json]) -> list[Json]:
    """Return the ports of an EndpointSlice in order."""
    return sorted(ports, key=lambda port: _fnv(f"(v1.EndpointPort){{{_pointers(port)} {_app(port)}}}"))


def _named(port: Mapping[str, Any]) -> str:
    return f"Name:(string){port.get('name', '')}"


def _plain(port: Mapping[str, Any]) -> str:
    return f"Port:(int32){port['port']} Protocol:(v1.Protocol){port['protocol']}"


def _pointers(port: Mapping[str, Any]) -> str:
    return f"Name:(*string){port['name']} Protocol:(*v1.Protocol){port['protocol']} Port:(*int32){port['port']}"


def _app(port: Mapping[str, Any]) -> str:
    return f"AppProtocol:(*string){port.get('appProtocol', '<nil>')}"


def _fnv(text: str) -> int:
    """Return the 128 bits of FNV-1a."""
    found = _BASIS
    for byte in text.encode():
        found = (found ^ byte) * _PRIME & _MASK
    return found
