"""Typed readers of the environment that fail loudly, and the two secrets that are made once and kept in the var folder.

Only `settings.py` calls these. Every name read here is documented in docs/settings.md (a test compares).
"""

import os
import secrets
import stat
from collections.abc import Callable
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str) -> str:
    """The variable as text; `NAME_FILE` names a file to read it from instead (for secrets)."""
    file = os.environ.get(f"{name}_FILE")
    if file:
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
            raise ImproperlyConfigured(f"{name}_FILE names {file}, which cannot be read: {why}.") from error
    return os.environ.get(name, default)


def integer(name: str, default: int) -> int:
    """The variable as a whole number."""
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be a whole number.") from error


def boolean(name: str, *, default: bool) -> bool:
    """The variable as yes or no."""
    value = text(name, "1" if default else "0").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off", ""}:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}; it must be 1 or 0.")


def words(name: str, default: str) -> list[str]:
    """The variable as a list, split at commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def address(name: str) -> tuple[str, int] | None:
    """The variable as `HOST:PORT`; None if it is not set."""
    value = text(name, "")
    host, _, port = value.rpartition(":")
    if not value:
        return None
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be an address and a port, as 192.0.2.7:443.")
    return host.strip("[]"), int(port)


def kept(path: Path, make: Callable[[], str]) -> str:
    """The content of *path*; made once if it is not there. Safe when several processes start at the same moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    if not path.exists():
        shared = path.parent.stat().st_mode & stat.S_ISGID  # such a folder belongs to a group: the two users of a site
        scratch.touch(mode=0o640 if shared else 0o600)
        scratch.write_text(make(), encoding="utf-8")
        try:
            path.hardlink_to(scratch)
        except FileExistsError:
            pass  # another process was first: its value is the value
        finally:
            scratch.unlink()
    return path.read_text(encoding="utf-8").strip()
