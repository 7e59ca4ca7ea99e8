"""What the machine's own configuration says about package servers, as values. Pure; read by `egress_apt`, `egress_pip`,
`egress_npm`, which fill them, and by `egress_gate` and `egress_upstream`, which act on them.
"""

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Self
from urllib.parse import unquote, urlsplit

Scheme = Literal["http", "https"]
PORTS: Mapping[str, int] = {"http": 80, "https": 443}
LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
HOST = re.compile(rf"(?=.{{1,253}}$){LABEL}(?:\.{LABEL})*|(?=.*:)[0-9a-f:.]{{2,45}}")  # a name, or a bare IPv6 address


@dataclass(frozen=True, slots=True)
class Origin:
    """A server that the machine's *source* ("apt", "pip", "npm", "operator") gets packages from."""

    scheme: Scheme
    host: str
    port: int
    source: str


@dataclass(frozen=True, slots=True)
class Upstream:
    """An HTTP proxy that the machine itself goes through. *authorization*: the header's value, or ''."""

    host: str
    port: int
    authorization: str = ""

    @classmethod
    def of(cls, url: str) -> Self | None:
        """From `http://user:password@host:port`, the scheme optional; None: it is no HTTP proxy (DIRECT, socks)."""
        url = url.strip()
        if not url or url.upper() == "DIRECT" or url.lower() in {"null", "none", "false"}:
            return None
        try:
            parts = urlsplit(url if "://" in url else f"http://{url}")
            port = parts.port
        except ValueError:
            return None
        host = normal_host(parts.hostname or "")
        if parts.scheme != "http" or not host:
            return None
        told = ""
        if parts.username is not None:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            told = "Basic " + base64.b64encode(pair.encode()).decode()
        return cls(host, port or 80, told)


@dataclass(slots=True)
class Found:
    """What one reader found: servers, proxies by scheme ("http", "https" or "http HOST"), and what it had to skip."""

    origins: list[Origin] = field(default_factory=list)
    proxies: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, url: str, source: str) -> None:
        """Note the server of *url*; a path of this machine is none, and what cannot be read becomes a note."""
        found = origin(url, source)
        if found is not None:
            self.origins.append(found)
        elif "://" in url and not url.lower().startswith(LOCAL):
            self.notes.append(f"{source} has an address that Drydock cannot use: {without_secrets(url)}")


LOCAL = ("file:", "copy:", "cdrom:", "store:")


@dataclass(frozen=True, slots=True)
class Machine:
    """Where configuration is read from, so that tests can have a machine of their own.

    *ask* runs a command and answers what it printed, '' if it failed.
    """

    root: Path
    home: Path
    env: Mapping[str, str]
    ask: Callable[[Sequence[str]], str]

    def at(self, path: str) -> Path:
        """An absolute path on this machine; ~ is the home of who reads."""
        if path.startswith("~/"):
            return self.home / path[2:]
        return self.root / path.lstrip("/")

    def text(self, path: str | Path, notes: list[str]) -> str:
        """A file's text, '' if there is none; one that cannot be read becomes a note."""
        file = path if isinstance(path, Path) else self.at(path)
        try:
            return file.read_text(encoding="utf-8", errors="replace")
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return ""
        except OSError as error:
            notes.append(f"{file} cannot be read: {error.strerror}")
            return ""


def origin(url: str, source: str) -> Origin | None:
    """The server of an http(s) address, also as apt writes it (mirror+https://…, tor excluded); None: there is none."""
    url = url.strip().strip("\"'")
    head, colon, rest = url.partition("://")
    scheme = head.lower().removeprefix("mirror+")
    if scheme == "mirror":
        scheme = "http"
    if not colon or scheme not in PORTS:
        return None
    try:
        parts = urlsplit(f"{scheme}://{rest}")
        port = parts.port
    except ValueError:
        return None
    host = normal_host(parts.hostname or "")
    if not host or port == 0:
        return None
    return Origin("https" if scheme == "https" else "http", host, port or PORTS[scheme], source)


def normal_host(name: str) -> str:
    """A host as it is compared: small letters, ASCII, no final dot; '' if it is none."""
    name = name.strip().strip("[]").rstrip(".").lower()
    if not name.isascii():
        try:
            name = name.encode("idna").decode()
        except UnicodeError:
            return ""
    return name if HOST.fullmatch(name) else ""


def without_secrets(url: str) -> str:
    """An address as it may be printed."""
    return re.sub(r"//[^/@\s]*@", "//…@", url)[:200]
