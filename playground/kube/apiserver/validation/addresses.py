"""IP addresses and CIDR blocks, as strict as v1.36 is by default (StrictIPCIDRValidation).

Source: k8s.io/apimachinery/pkg/util/validation/ip.go; leading zeros are read as k8s.io/utils/net does.
"""

import ipaddress
import re
from collections.abc import Collection
from typing import Final

from playground.kube.apiserver.validation import field
from playground.kube.apiserver.validation.field import FieldError, Path, go_quote

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
LEADING_ZEROS: Final = re.compile(r"(?<![0-9a-fA-F:])0+(?=[0-9])")


def _sloppy(text: str) -> Address | None:
    """Parse as Go's old net.ParseIP: zeros before an IPv4 octet are dropped. No zones."""
    if "%" in text:
        return None
    try:
        return ipaddress.ip_address(_drop_zeros(text))
    except ValueError:
        return None


def _drop_zeros(text: str) -> str:
    head, colon, tail = text.rpartition(":")
    return head + colon + LEADING_ZEROS.sub("", tail) if "." in tail else text


def _mapped(address: Address) -> bool:
    return isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None


def canonical(address: Address) -> str:
    """Print as Go's net.IP does: an IPv4-mapped address is IPv4."""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def is_ip(path: Path, value: str, known: Collection[str] = ()) -> list[FieldError]:
    """An IP address in an old field; `known` are values of the stored object, which stay allowed."""
    if value in known:
        return []
    address = _sloppy(value)
    if address is None:
        return [field.invalid(path, value, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")]
    errors = []
    if _drop_zeros(value) != value:
        errors.append(field.invalid(path, value, "must not have leading 0s"))
    if _mapped(address):
        errors.append(field.invalid(path, value, "must not be an IPv4-mapped IPv6 address"))
    return errors


def is_canonical_ip(path: Path, value: str) -> list[FieldError]:
    """An IP address in a new field: also in its shortest form."""
    errors = is_ip(path, value)
    if errors:
        return errors
    address = ipaddress.ip_address(value)
    if canonical(address) == value:
        return []
    return [field.invalid(path, value, f"must be in canonical form ({go_quote(canonical(address))})")]


def _parts(value: str) -> tuple[Address, int] | None:
    """Split `address/length`; nothing if it is no CIDR at all."""
    text, slash, length = value.partition("/")
    address = _sloppy(text)
    if not slash or address is None or not re.fullmatch("[0-9]+", length):
        return None
    return (address, int(length)) if int(length) <= address.max_prefixlen else None


def is_cidr(path: Path, value: str, known: Collection[str] = ()) -> list[FieldError]:
    """A subnet in an old field; `known` are values of the stored object, which stay allowed."""
    if value in known:
        return []
    parts = _parts(value)
    if parts is None:
        return [field.invalid(path, value, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")]
    address, length = parts
    text, _, digits = value.partition("/")
    if _drop_zeros(text) != text or str(length) != digits:
        return [field.invalid(path, value, "must not have leading 0s in IP or prefix length")]
    if _mapped(address):
        return [field.invalid(path, value, "must not have an IPv4-mapped IPv6 address")]
    if ipaddress.ip_network((address, length), strict=False).network_address != address:
        return [field.invalid(path, value, "must not have bits set beyond the prefix length")]
    return []


def family(value: str) -> int:
    """4 or 6; 0 when it is no address."""
    address = _sloppy(value)
    if address is None:
        return 0
    return 4 if _mapped(address) else address.version


def forbidden_for_endpoints(path: Path, value: str) -> list[FieldError]:
    """Addresses that may not stand behind a Service or in its external IPs.

    Source: ValidateEndpointIP in pkg/apis/core/validation/validation.go.
    """
    address = _sloppy(value)
    if address is None:
        return []
    plain = ipaddress.ip_address(canonical(address))
    errors = []
    if plain.is_unspecified:
        errors.append(field.invalid(path, value, f"may not be unspecified ({value})"))
    if plain.is_loopback:
        errors.append(field.invalid(path, value, "may not be in the loopback range (127.0.0.0/8, ::1/128)"))
    if plain.is_link_local:
        errors.append(field.invalid(path, value, "may not be in the link-local range (169.254.0.0/16, fe80::/10)"))
    if _link_local_multicast(plain):
        errors.append(
            field.invalid(path, value, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)")
        )
    return errors


def _link_local_multicast(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv4Address):
        return address in ipaddress.ip_network("224.0.0.0/24")
    return address.packed[0] == 0xFF and address.packed[1] & 0x0F == 0x02
