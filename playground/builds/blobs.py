"""Contents of files on disk, named by their sha256. Written once, never changed; unnamed ones are swept."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings


def path_of(sha256: str) -> Path:
    """Where the blob is."""
    return Path(settings.DRYDOCK_BLOBS) / sha256[:2] / sha256


def put(content: bytes) -> str:
    """Keep *content* and answer its name. Safe against a crash at any point and against a twin writing the same."""
    sha256 = hashlib.sha256(content).hexdigest()
    target = path_of(sha256)
    if target.exists():
        os.utime(target)  # in use again: the sweep spares what is young
        return sha256
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = target.with_name(f".{secrets.token_hex(8)}")
    with scratch.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(target)
    return sha256


def read(sha256: str) -> bytes:
    """The content."""
    return path_of(sha256).read_bytes()


def all_blobs() -> Iterator[Path]:
    """Every blob on disk, for the sweep."""
    yield from Path(settings.DRYDOCK_BLOBS).glob("??/*")
