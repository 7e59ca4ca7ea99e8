"""The name that a TLS client asks for in its first record (RFC 8446, RFC 6066). Pure; called by `egress_proxy`.

Many names share one address, so a tunnel to an allowed server could be used to talk to its neighbours; what the client
says first has to be a TLS hello for the very name it asked the proxy for.
"""

HANDSHAKE, CLIENT_HELLO, SERVER_NAME, HOST_NAME = 22, 1, 0, 0
RECORD_HEAD = 5
RECORD_BYTES = 1 << 14
# a fatal alert "unrecognized_name"
UNRECOGNIZED = bytes((21, 3, 3, 0, 2, 2, 112))


class NotTls(ValueError):
    """What came is no whole ClientHello."""


def record_length(head: bytes) -> int:
    """How many bytes follow the five of a handshake record's head. Raises `NotTls`."""
    length = int.from_bytes(head[3:5], "big")
    if len(head) != RECORD_HEAD or head[0] != HANDSHAKE or head[1] != 3 or not 0 < length <= RECORD_BYTES:
        raise NotTls("no handshake record")
    return length


def server_name(body: bytes) -> str:
    """The name in a ClientHello, in small letters; '' if it names none (as for a bare address). Raises `NotTls`."""
    try:
        return _server_name(body)
    except IndexError as error:
        raise NotTls("a ClientHello that ends too early") from error


def _server_name(body: bytes) -> str:
    if body[0] != CLIENT_HELLO or int.from_bytes(body[1:4], "big") + 4 > len(body):
        raise NotTls("no whole ClientHello")
    at = 4 + 2 + 32  # type and length, version, random
    at += 1 + body[at]  # session id
    at += 2 + int.from_bytes(body[at : at + 2], "big")  # cipher suites
    at += 1 + body[at]  # compression methods
    end = at + 2 + int.from_bytes(body[at : at + 2], "big")
    at += 2
    while at + 4 <= min(end, len(body)):
        kind, length = int.from_bytes(body[at : at + 2], "big"), int.from_bytes(body[at + 2 : at + 4], "big")
        at += 4
        if kind == SERVER_NAME:
            return _first_name(body[at : at + length])
        at += length
    return ""


def _first_name(names: bytes) -> str:
    at = 2
    while at + 3 <= len(names):
        kind, length = names[at], int.from_bytes(names[at + 1 : at + 3], "big")
        if kind == HOST_NAME:
            try:
                return names[at + 3 : at + 3 + length].decode("ascii").lower().rstrip(".")
            except UnicodeDecodeError as error:
                raise NotTls("a name that is not ASCII") from error
        at += 3 + length
    return ""
