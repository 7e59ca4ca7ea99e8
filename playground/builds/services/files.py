"""Saving, moving, deleting and restoring files of a project. Every change is one transaction."""

from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from playground.accounts.errors import NotFound, Refused
from playground.accounts.ids import new_id
from playground.accounts.models import Learner
from playground.builds import blobs
from playground.builds.models import File, Project
from playground.builds.paths import check_path, parents
from playground.builds.quota import check_room
from playground.builds.services.workspaces import tell
from playground.builds.summaries import file_summary
from playground.events import log, wire


def is_binary(content: bytes) -> bool:
    """Not for the editor: it holds a NUL or is not UTF-8."""
    try:
        return "\0" in content.decode()
    except UnicodeDecodeError:
        return True


def save_file(
    *, learner: Learner, project: Project, path: str, content: bytes, expected: int | None, tab: str = ""
) -> File:
    """Save *content* over version *expected* of the file, or as a new file when it is None.

    Raises `Refused`: 409 `conflict` with the other version if somebody saved in between, 413 over a quota. Saving what
    is there already changes nothing, so a save that is sent twice is one save.
    """
    path = check_path(path)
    sha256 = blobs.put(content)
    with transaction.atomic():
        live = _live(project)
        old = live.get(path)
        if old is not None and (old.kind == "dir" or (old.sha256 != sha256 and old.version != expected)):
            raise _conflict(old)
        if old is None and expected is not None:
            raise Refused(
                "file-gone", f"{path} was deleted or renamed meanwhile.", status=409, fix="Save it as a new file."
            )
        if old is not None and old.sha256 == sha256:
            return old
        entries = _make_folders(project, live, [path], tab)
        check_room(live, path=path, size=len(content))
        file = old or File(project=project, path=path, version=0)
        file.sha256, file.size, file.binary = sha256, len(content), is_binary(content)
        file.version += 1
        file.save()
        _touch(project)
        tell(learner, [*entries, _put(file, tab)])
    return file


def make_folder(*, learner: Learner, project: Project, path: str, tab: str = "") -> File:
    """An empty folder. Raises `Refused` if the name is taken."""
    path = check_path(path)
    with transaction.atomic():
        live = _live(project)
        if path in live:
            raise _conflict(live[path])
        entries = _make_folders(project, live, [f"{path}/."], tab)
        check_room(live, path=path, size=0)
        _touch(project)
        tell(learner, entries)
    return File.objects.get(project=project, path=path, deleted_at=None)


def move_file(*, learner: Learner, project: Project, source: str, to: str, tab: str = "") -> None:
    """Rename or move a file or a folder with all in it. Raises `Refused` if the new name is taken."""
    source, to = check_path(source), check_path(to)
    with transaction.atomic():
        live = _live(project)
        moving = [file for path, file in live.items() if path == source or path.startswith(f"{source}/")]
        if not moving:
            raise NotFound("file")
        if to == source:
            return
        if to in live:
            raise _conflict(live[to])
        if to.startswith(f"{source}/"):
            message = "A folder cannot be moved into itself."
            raise Refused("into-itself", message, field="to", fix="Choose another place.")
        entries = _make_folders(project, live, [to], tab)
        for file in moving:
            entries.append(("file.gone", wire.FileGone(project=project.id, path=file.path, tab=tab)))
            file.path = check_path(to + file.path[len(source) :])
            file.version += 1
            file.save()
            entries.append(_put(file, tab))
        _touch(project)
        tell(learner, entries)


def delete_file(*, learner: Learner, project: Project, path: str, tab: str = "") -> str:
    """Take a file or a folder with all in it away. Answers the batch that `restore_files` brings back."""
    path = check_path(path)
    batch = new_id()
    with transaction.atomic():
        going = [file for at, file in _live(project).items() if at == path or at.startswith(f"{path}/")]
        if not going:
            raise NotFound("file")
        File.objects.filter(pk__in=[file.pk for file in going]).update(deleted_at=timezone.now(), batch=batch)
        _touch(project)
        tell(learner, [("file.gone", wire.FileGone(project=project.id, path=file.path, tab=tab)) for file in going])
    return batch


def restore_files(*, learner: Learner, project: Project, batch: str, tab: str = "") -> None:
    """Bring back what one deletion took. Raises `Refused` if a name is in use again, `NotFound` if it is swept."""
    with transaction.atomic():
        gone = list(File.objects.filter(project=project, batch=batch).exclude(deleted_at=None)) if batch else []
        if not gone:
            raise NotFound("deleted file")
        live = _live(project)
        taken = [file for file in gone if file.path in live]
        if clash := next((live[file.path] for file in taken if not file.kind == live[file.path].kind == "dir"), None):
            raise _conflict(clash)
        back = [file for file in gone if file not in taken]
        entries = _make_folders(project, live, [file.path for file in back], tab, skip=back)
        for file in back:
            check_room(live, path=file.path, size=file.size)
            live[file.path] = file
        rows = File.objects.filter(pk__in=[file.pk for file in back])
        rows.update(deleted_at=None, batch="", version=F("version") + 1)
        for file in back:
            file.version += 1
        _touch(project)
        tell(learner, [*entries, *(_put(file, tab) for file in back)])


def put_many(
    *,
    learner: Learner,
    project: Project,
    contents: Sequence[tuple[str, bytes]],
    programs: Collection[str] = (),
    tab: str = "",
) -> list[File]:
    """Add or replace many files at once (an upload): all of them or, over a quota, none."""
    checked = [(check_path(path), content) for path, content in contents]
    may_run = {check_path(path) for path in programs}
    shas = [blobs.put(content) for _, content in checked]
    saved: list[File] = []
    with transaction.atomic():
        live = _live(project)
        entries = _make_folders(project, live, [path for path, _ in checked], tab)
        live = _live(project)
        for (path, content), sha256 in zip(checked, shas, strict=True):
            if path in live and live[path].kind == "dir":
                raise _conflict(live[path])
            check_room(live, path=path, size=len(content))
            file = live.get(path) or File(project=project, path=path, version=0)
            file.sha256, file.size, file.binary = sha256, len(content), is_binary(content)
            file.executable = file.executable or path in may_run
            file.version += 1
            file.save()
            live[path] = file
            saved.append(file)
        _touch(project)
        tell(learner, [*entries, *(_put(file, tab) for file in saved)])
    return saved


def _live(project: Project) -> dict[str, File]:
    """Every live file by path. Inside an IMMEDIATE transaction nobody else can write meanwhile."""
    return {file.path: file for file in File.objects.filter(project=project, deleted_at=None)}


def _make_folders(
    project: Project, live: dict[str, File], paths: Sequence[str], tab: str, *, skip: Sequence[File] = ()
) -> list[log.Entry]:
    """Rows for the folders above *paths* that are not there. Raises `Refused` where a file has a folder's name."""
    coming = {file.path for file in skip}
    entries: list[log.Entry] = []
    for folder in sorted({folder for path in paths for folder in parents(path)} - coming):
        if folder not in live:
            live[folder] = File.objects.create(project=project, path=folder, kind="dir")
            entries.append(_put(live[folder], tab))
        elif live[folder].kind != "dir":
            raise _conflict(live[folder])
    return entries


def _touch(project: Project) -> None:
    project.save(update_fields=["changed_at"])


def _put(file: File, tab: str) -> log.Entry:
    return "file.put", wire.FilePut(project=file.project_id, file=file_summary(file), tab=tab)


def _conflict(theirs: File) -> Refused:
    kind = "folder" if theirs.kind == "dir" else "file"
    return Refused(
        "conflict",
        f"There is a {kind} {theirs.path} (version {theirs.version}) that you have not seen.",
        field="path",
        fix="Look at it, then keep yours or take theirs.",
        status=409,
        extra={"theirs": file_summary(theirs).model_dump()},
    )
