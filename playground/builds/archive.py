"""A project as an archive to take home."""

import io
import re
import tarfile

from playground.builds import access, blobs
from playground.builds.models import Project


def file_name(project: Project) -> str:
    """`my-first-image.tar.gz`."""
    return f"{re.sub(r'[^a-z0-9]+', '-', project.name.lower()).strip('-') or 'project'}.tar.gz"


def pack(project: Project) -> bytes:
    """The project's files and folders, gzipped: at most the project's quota."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for file in access.files_of(project):
            entry = tarfile.TarInfo(file.path)
            entry.mtime = int(file.changed_at.timestamp())
            if file.kind == "dir":
                entry.type, entry.mode = tarfile.DIRTYPE, 0o755
                tar.addfile(entry)
                continue
            content = blobs.read(file.sha256)
            entry.size, entry.mode = len(content), 0o755 if file.executable else 0o644
            tar.addfile(entry, io.BytesIO(content))
    return packed.getvalue()
