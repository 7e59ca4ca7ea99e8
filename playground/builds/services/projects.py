"""Making, renaming, deleting and restoring projects."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from playground.accounts.errors import NotFound, Refused
from playground.accounts.models import Learner
from playground.builds import access, blobs, templates
from playground.builds.limits import limit
from playground.builds.models import File, Project
from playground.builds.paths import parents
from playground.builds.services.workspaces import tell
from playground.events import wire

NAME_LENGTH = 60


def create_project(*, learner: Learner, template: str, name: str = "") -> Project:
    """A project with a template's files. Raises `Refused` over the quota or for a template that is not there."""
    chosen = templates.TEMPLATES.get(template)
    if chosen is None:
        known = ", ".join(templates.TEMPLATES)
        raise Refused("no-such-template", f"There is no template “{template}”.", field="template", fix=f"Take {known}.")
    _check_quota(learner)
    contents = [(path, blobs.put(content), content) for path, content in chosen.files.items()]
    with transaction.atomic():
        taken = {project.name for project in access.projects_of(learner)}
        project = Project.objects.create(
            workspace=learner.workspace, name=_name(name) if name else _free(chosen.title, taken), template=template
        )
        folders = sorted({folder for path, *_ in contents for folder in parents(path)})
        File.objects.bulk_create([File(project=project, path=folder, kind="dir") for folder in folders])
        File.objects.bulk_create(
            [File(project=project, path=path, sha256=sha, size=len(content)) for path, sha, content in contents]
        )
        tell(learner, [("project.put", wire.ProjectPut(id=project.id, name=project.name))])
    return project


def rename_project(*, learner: Learner, project: Project, name: str) -> Project:
    """Another name. Raises `Refused` for an empty or a long one."""
    with transaction.atomic():
        project.name = _name(name)
        project.save(update_fields=["name", "changed_at"])
        tell(learner, [("project.put", wire.ProjectPut(id=project.id, name=project.name))])
    return project


def delete_project(*, learner: Learner, project: Project) -> None:
    """Out of sight at once; for good a day later. `restore_project` undoes it."""
    with transaction.atomic():
        project.deleted_at = timezone.now()
        project.save(update_fields=["deleted_at"])
        tell(learner, [("project.gone", wire.ProjectGone(id=project.id))])


def restore_project(*, learner: Learner, project_id: str) -> Project:
    """Bring a deleted project back. Raises `NotFound` if it is gone for good or another's, `Refused` over the quota."""
    with transaction.atomic():
        found = Project.objects.filter(pk=project_id, workspace__learner=learner).exclude(deleted_at=None).first()
        if found is None:
            raise NotFound("deleted project")
        _check_quota(learner)
        found.deleted_at = None
        found.save(update_fields=["deleted_at", "changed_at"])
        tell(learner, [("project.put", wire.ProjectPut(id=found.id, name=found.name))])
    return found


def _check_quota(learner: Learner) -> None:
    have, most = len(access.projects_of(learner)), limit("learner.projects")
    if have >= most:
        raise Refused(
            "too-many-projects", f"You have {have} projects; {most} are allowed.", fix="Delete one first.", status=413
        )


def _free(title: str, taken: Collection[str]) -> str:
    """*title*, or *title* with the first number that no other project has."""
    return next(
        name for name in (title, *(f"{title} {number}" for number in range(2, len(taken) + 3))) if name not in taken
    )


def _name(raw: str) -> str:
    name = " ".join(raw.split())
    if not name or len(name) > NAME_LENGTH or not name.isprintable():
        raise Refused(
            "bad-project-name",
            f"A project's name has 1 to {NAME_LENGTH} characters; this has {len(name)}.",
            field="name",
            fix="Choose a short name.",
        )
    return name
