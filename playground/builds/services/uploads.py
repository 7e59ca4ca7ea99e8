"""Uploads: files as they are, and archives unpacked with their sizes counted while reading, never trusted."""

import gzip
import io
import tarfile
import zlib
from collections.abc import Iterable
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from playground.accounts.errors import Refused
from playground.accounts.models import Learner
from playground.builds.limits import limit
from playground.builds.models import File, Project
from playground.builds.quota import check_file
from playground.builds.services.files import put_many
from playground.engine.limits import bytes_text

ARCHIVES = (".tar", ".tar.gz", ".tgz")
GZIP = b"\x1f\x8b"
HEADERS = 4096
"""Bytes that a tar may need for a file beside its content."""


def upload_files(
    *,
    learner: Learner,
    project: Project,
    uploads: "Iterable[tuple[str, UploadedFile[Any]]]",
    unpack: bool,
    tab: str = "",
) -> list[File]:
    """Add *uploads* (path, file) to the project; with *unpack*, tar archives become their contents.

    All of it is added or none. Raises `Refused` over a limit, with both numbers, and for what an archive may not hold.
    """
    contents: list[tuple[str, bytes]] = []
    programs: set[str] = set()
    for path, upload in uploads:
        if unpack and path.endswith(ARCHIVES):
            folder = path.rpartition("/")[0]
            contents += _unpack(upload.read(), into=f"{folder}/" if folder else "", programs=programs)
        else:
            check_file(path, upload.size or 0)
            contents.append((path, bytes(upload.read())))
    if not contents:
        raise Refused("nothing-uploaded", "The upload holds no file.", field="file", fix="Choose a file.")
    return put_many(learner=learner, project=project, contents=contents, programs=programs, tab=tab)


def _unpack(archive: bytes, *, into: str, programs: set[str]) -> list[tuple[str, bytes]]:
    """The regular files of a tar archive; *programs* gets those that may be run. Reading stops at the limit."""
    most, total = limit("upload.unpacked"), 0
    contents: list[tuple[str, bytes]] = []
    try:
        with tarfile.open(fileobj=io.BytesIO(_plain(archive)), mode="r:") as tar:
            for member in tar:
                if member.isdir():
                    continue
                if not member.isfile():
                    raise Refused(
                        "archive-link",
                        f"{member.name} is a link or a device; a project holds files and folders only.",
                        field="file",
                        fix="Leave it out of the archive.",
                    )
                total += member.size
                if total > most or len(contents) >= limit("project.files"):
                    raise _too_much(f"{bytes_text(total)} in {len(contents) + 1} files or more")
                reader = tar.extractfile(member)
                path = into + member.name.removeprefix("./")
                contents.append((path, reader.read() if reader else b""))
                if member.mode & 0o100:
                    programs.add(path)
    except (tarfile.TarError, EOFError, OSError, zlib.error, ValueError, OverflowError) as error:
        raise Refused("archive-broken", "The archive cannot be read.", field="file", fix="Pack it again.") from error
    return contents


def _plain(archive: bytes) -> bytes:
    """The tar inside the gzip, unpacked up to what a project may have: headers can be a bomb just as contents can."""
    if not archive.startswith(GZIP):
        return archive
    most = limit("upload.unpacked") + HEADERS * limit("project.files")
    with gzip.open(io.BytesIO(archive)) as packed:
        plain = packed.read(most + 1)
    if len(plain) > most:
        raise _too_much(f"more than {bytes_text(most)}")
    return plain


def _too_much(what: str) -> Refused:
    return Refused(
        "archive-too-large",
        f"Unpacked, the archive has {what}; it may have {bytes_text(limit('upload.unpacked'))} in "
        f"{limit('project.files')} files.",
        field="file",
        fix="Leave out what the build does not need.",
        status=413,
    )
