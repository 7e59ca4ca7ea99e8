"""A project as a build context: what is sent, what `.dockerignore` leaves out by which line, its frozen manifest."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from playground.accounts.errors import Refused
from playground.builds import access, blobs
from playground.builds.limits import limit
from playground.builds.models import File, Project
from playground.dockerfile import ALWAYS_SENT, Ignore
from playground.engine.port import ContextFile

MOST_IGNORED_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Context:
    """Files that go to the engine, those that do not, and the rules that say so."""

    sent: tuple[File, ...]
    ignored: tuple[tuple[str, int, str], ...]
    ignore: Ignore

    @property
    def size(self) -> int:
        """Bytes that are sent."""
        return sum(file.size for file in self.sent)

    def summary(self) -> dict[str, Any]:
        """As the API shows it."""
        return {
            "bytes": self.size,
            "files": sum(file.kind == "file" for file in self.sent),
            "ignored": [
                {"path": path, "line": line, "pattern": pattern}
                for path, line, pattern in self.ignored[:MOST_IGNORED_SHOWN]
            ],
            "limit": limit("project.bytes"),
        }


def context_of(project: Project, *, dockerfile: str = "Dockerfile") -> Context:
    """The context as it is now, for a build by *dockerfile*."""
    files = access.files_of(project)
    ignore = Ignore.parse(_text_of(files, ".dockerignore"))
    always = ALWAYS_SENT | {dockerfile}  # Docker sends these whatever the rules say
    sent, ignored = [], []
    for file in files:
        rule = None if file.path in always else ignore.match(file.path)
        if rule is None:
            sent.append(file)
        elif file.kind == "file":
            ignored.append((file.path, rule.line, rule.pattern))
    return Context(sent=tuple(sent), ignored=tuple(ignored), ignore=ignore)


def sizes(project: Project) -> dict[str, int]:
    """Every path of the project with its size, folders with a slash at the end: what `dockerfile.check` reads."""
    return {f"{file.path}/" if file.kind == "dir" else file.path: file.size for file in access.files_of(project)}


def dockerfile_text(project: Project, path: str) -> str:
    """The text of the Dockerfile named. Raises `Refused` when it is not there or not text."""
    files = {file.path: file for file in access.files_of(project) if file.kind == "file"}
    if path not in files:
        raise Refused(
            "no-dockerfile", f"There is no file {path} in this project.", field="dockerfile", fix="Create it first."
        )
    if files[path].binary:
        raise Refused("dockerfile-binary", f"{path} is not text.", field="dockerfile", fix="Write it anew.")
    return blobs.read(files[path].sha256).decode()


def manifest_of(context: Context) -> list[list[Any]]:
    """The context frozen: `[path, kind, sha256, size, executable]` a file. Blobs never change, so neither does this."""
    return [[file.path, file.kind, file.sha256, file.size, file.executable] for file in context.sent]


def fingerprint(manifest: list[list[Any]], *wish: object) -> str:
    """One name for "the same build": same files, same wish."""
    return hashlib.sha256(json.dumps([manifest, *wish], sort_keys=True).encode()).hexdigest()


def context_files(manifest: list[list[Any]]) -> list[ContextFile]:
    """The frozen context as the engine's port takes it."""
    return [
        ContextFile(
            path=path,
            source=None if kind == "dir" else blobs.path_of(sha256),
            size=size,
            mode=0o755 if kind == "dir" or executable else 0o644,
        )
        for path, kind, sha256, size, executable in manifest
    ]


def _text_of(files: list[File], path: str) -> str:
    for file in files:
        if file.path == path and file.kind == "file" and not file.binary:
            return blobs.read(file.sha256).decode()
    return ""
