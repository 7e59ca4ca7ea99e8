"""What a client asks of a proxy (RFC 9112): the head of a request read strictly, the head of an answer made honest.
Pure; called by `egress_proxy`.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from playground.engine.lab.egress_origins import PORTS, normal_host

HEAD_BYTES = 16 << 10
ANSWER_BYTES = 64 << 10
MOST_FIELDS = 100
REQUEST = re.compile(r"([A-Z]{1,20}) ([!-~]{1,8000}) HTTP/1\.([01])")
FIELD = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([ -~\t\x80-\xff]*)")
STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})(?: [^\r\n]*)?")
TARGET = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^:@/?#\[\]%]+):(\d{1,5})")
# what concerns only the connection to us
OURS = frozenset({
    "connection", "keep-alive", "proxy-connection", "proxy-authorization", "proxy-authenticate", "te", "trailer",
    "upgrade", "host", "content-length", "expect",
})  # fmt: skip


class BadRequest(Exception):
    """A request that is answered with *status* and *sentence* (ASCII, without a final stop)."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request: a tunnel (CONNECT) or a plain GET or HEAD. *path* is what the server is asked for."""

    method: str
    scheme: str
    host: str
    port: int
    path: str
    minor: int
    headers: tuple[tuple[str, str], ...]
    user: str
    password: str

    @property
    def authority(self) -> str:
        """Host and port as a Host header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] and self.method != "CONNECT" else f"{host}:{self.port}"

    def head(self, *, authorization: str | None = None) -> bytes:
        """The request as it is sent on; to another proxy if *authorization* ('' or a header's value) is given."""
        target = self.path if authorization is None else f"http://{self.authority}{self.path}"
        lines = [f"{self.method} {target} HTTP/1.{self.minor}", f"Host: {self.authority}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        if authorization:
            lines.append(f"Proxy-Authorization: {authorization}")
        return "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1")


def parse_request(head: bytes) -> Request:
    """Read a whole head, empty line included. Raises `BadRequest` for whatever is not plainly right."""
    first, *rest = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    match = REQUEST.fullmatch(first)
    if match is None:
        raise BadRequest(400, "This is not a request to a proxy")
    method, target, minor = match[1], match[2], int(match[3])
    fields = _fields(rest)
    if method == "CONNECT":
        scheme, host, port, path = "https", *_tunnel(target), ""
    elif method in {"GET", "HEAD"}:
        scheme, host, port, path = "http", *_absolute(target)
    else:
        raise BadRequest(405, f"Builds may only fetch: {method} is not possible through this proxy")
    _refuse_body(fields)
    user, password = _credentials(fields)
    named = {
        word.strip().lower() for name, value in fields if name.lower() == "connection" for word in value.split(",")
    }
    kept = tuple((name, value) for name, value in fields if name.lower() not in OURS | named)
    return Request(
        method=method, scheme=scheme, host=host, port=port, path=path, minor=minor, headers=kept, user=user,
        password=password,
    )  # fmt: skip


def _fields(lines: list[str]) -> list[tuple[str, str]]:
    if len(lines) > MOST_FIELDS:
        raise BadRequest(431, "This request has too many headers")
    fields = []
    for line in lines:
        match = FIELD.fullmatch(line)
        if match is None:
            raise BadRequest(400, "This request has a header that cannot be read")
        fields.append((match[1], match[2].strip()))
    return fields


def _tunnel(target: str) -> tuple[str, int]:
    match = TARGET.fullmatch(target)
    host = normal_host(match[1]) if match else ""
    if match is None or not host or not 0 < int(match[2]) < 65536:
        raise BadRequest(400, "CONNECT needs a host and a port")
    return host, int(match[2])


def _absolute(target: str) -> tuple[str, int, str]:
    if not target.lower().startswith("http://"):
        raise BadRequest(400, "This proxy fetches http:// addresses, and https:// ones by CONNECT")
    authority, slash, path = target[7:].partition("/")
    if "?" in authority or "#" in authority or "@" in authority or "#" in path:
        raise BadRequest(400, "This address cannot be read")
    try:
        parts = urlsplit(f"http://{authority}")
        port = 80 if parts.port is None else parts.port
    except ValueError as error:
        raise BadRequest(400, "This address cannot be read") from error
    host = normal_host(parts.hostname or "")
    if not host or not port or "%" in authority:
        raise BadRequest(400, "This address cannot be read")
    return host, port, f"/{path}" if slash else "/"


def _refuse_body(fields: list[tuple[str, str]]) -> None:
    for name, value in fields:
        if name.lower() == "transfer-encoding" or (name.lower() == "content-length" and value != "0"):
            raise BadRequest(400, "Builds may only fetch, so a request has no body")


def _credentials(fields: list[tuple[str, str]]) -> tuple[str, str]:
    told = [value for name, value in fields if name.lower() == "proxy-authorization"]
    scheme, _, encoded = told[0].partition(" ") if len(told) == 1 else ("", "", "")
    if scheme.lower() != "basic":
        return "", ""
    try:
        user, _, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return user, password


# --- answers --------------------------------------------------------------------------------------------------------


def refusal(status: int, sentence: str, *, body: bool = True) -> bytes:
    """An answer of ours. The sentence is the reason phrase too: that is all many programs show."""
    text = f"{sentence}.\n".encode()
    ask = 'Proxy-Authenticate: Basic realm="Drydock"\r\n' if status == 407 else ""
    plain = sentence.encode("ascii", "replace").decode()
    head = (
        f"HTTP/1.1 {status} {plain}\r\n{ask}Content-Type: text/plain; charset=utf-8\r\n"
        f"Content-Length: {len(text)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + (text if body else b"")


@dataclass(frozen=True, slots=True)
class Answer:
    """The head of a server's answer, as it is passed on, and how many bytes follow (None: until the end)."""

    status: int
    head: bytes
    length: int | None


def parse_answer(head: bytes, *, method: str) -> Answer:
    """Read a server's head and say in it that the connection ends. Raises `BadRequest` (502) for what is no HTTP."""
    first, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    match = STATUS.fullmatch(first)
    if match is None:
        raise BadRequest(502, "The server's answer is not HTTP")
    status = int(match[1])
    kept, lengths, chunked = [first], set(), False
    for line in lines:
        name, _, value = line.partition(b":")
        if name.lower() in {b"connection", b"keep-alive", b"proxy-connection", b"proxy-authenticate", b"upgrade"}:
            continue
        if name.lower() == b"content-length":
            lengths.add(value.strip())
        chunked = chunked or name.lower() == b"transfer-encoding"
        kept.append(line)
    length: int | None = None
    if len(lengths) > 1 or any(not one.isdigit() for one in lengths) or (lengths and chunked):
        raise BadRequest(502, "The server's answer has no clear length")
    if lengths:
        length = int(lengths.pop())
    if method == "HEAD" or status in {204, 304}:
        length = 0
    return Answer(status, b"\r\n".join([*kept, b"Connection: close", b"", b""]), length)
