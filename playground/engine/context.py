"""Packs a build context into the tar that the engine gets: made by us alone, never passed through. Called by adapters.

The same files make the same bytes. BuildKit's cache looks at names, modes and contents, not at times; a file's time is
made from its contents, so that a web server's ETag (time and size) changes when an edit keeps the size.
"""

import io
import tarfile
import tempfile
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from playground.engine.port import ContextFile

IN_MEMORY = 8 << 20
EPOCH = 946_684_800  # 2000-01-01
SPAN = 1 << 28  # eight and a half years of seconds
BLOCK = 1 << 16


def pack(files: Sequence[ContextFile], *, dockerfile: str, dockerfile_path: str, owner: int = 0) -> BinaryIO:
    """An uncompressed tar, at its start, on disk over 8 MiB; the caller closes it. *dockerfile* stands at its path.

    *owner* is the user and group of every entry, as the engine's machine numbers them.
    """
    out = cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115 - the caller closes it
    others = [file for file in files if file.path != dockerfile_path]
    folders = _folders([file.path for file in others if file.source is not None] + [dockerfile_path])
    folders |= {file.path.rstrip("/") for file in others if file.source is None}
    sources = {file.path: file for file in others if file.source is not None}
    try:
        # GNU's format: a PAX header in front makes Docker 20.10 take the whole for a Dockerfile.
        with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as tar:
            for path in sorted({*folders, *sources, dockerfile_path}):
                if path == dockerfile_path:
                    _add(tar, _entry(path, 0o644, owner), io.BytesIO(dockerfile.encode()))
                elif path in sources:
                    with Path(cast("Path", sources[path].source)).open("rb") as content:
                        _add(tar, _entry(path, sources[path].mode & 0o777, owner), content)
                else:
                    tar.addfile(_folder(path, owner))
    except BaseException:
        out.close()
        raise
    out.seek(0)
    return out


def _folders(paths: Iterable[str]) -> set[str]:
    """All folders above these paths."""
    return {str(parent) for path in paths for parent in PurePosixPath(path).parents if str(parent) != "."}


def _entry(path: str, mode: int, owner: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(path)
    entry.mode, entry.uid, entry.gid, entry.mtime = mode, owner, owner, EPOCH
    return entry


def _folder(path: str, owner: int) -> tarfile.TarInfo:
    entry = _entry(path, 0o755, owner)
    entry.type = tarfile.DIRTYPE
    return entry


def _add(tar: tarfile.TarFile, entry: tarfile.TarInfo, content: BinaryIO) -> None:
    check = 0
    while block := content.read(BLOCK):
        check = zlib.crc32(block, check)
        entry.size += len(block)
    content.seek(0)
    entry.mtime = EPOCH + check % SPAN
    tar.addfile(entry, content)
