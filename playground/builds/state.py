"""What pages begin with: a snapshot of the learner's workspace and the number in the log it stands for."""

from typing import Any

from playground.accounts.models import Learner
from playground.builds import access, contexts
from playground.builds.models import Project
from playground.builds.quota import usage
from playground.builds.summaries import build_summary, container_summary, file_summary, image_summary, iso, notice
from playground.events import log


def state_of(learner: Learner | None) -> dict[str, Any]:
    """`GET /api/state/`. The number is read first: what happens meanwhile is told again rather than missed."""
    seq = log.head(learner.workspace.stream) if learner else 0
    return {
        "learner": {"id": learner.id, "name": learner.name, "guest": learner.guest} if learner else None,
        "workspace": {"stream": learner.workspace.stream, "seq": seq} if learner else None,
        "projects": [project_brief(project) for project in access.projects_of(learner)],
        "images": [image_summary(image).model_dump() for image in access.images_of(learner)],
        "containers": [container_summary(container).model_dump() for container in access.containers_of(learner)],
        "builds": [build_summary(build).model_dump() for build in access.builds_of(learner)],
        "notices": [notice(row).model_dump() for row in access.notices_of(learner)],
        "usage": usage(learner),
    }


def project_brief(project: Project) -> dict[str, Any]:
    """A project in a list."""
    return {
        "id": project.id,
        "name": project.name,
        "template": project.template,
        "changed_at": iso(project.changed_at),
    }


def project_whole(project: Project) -> dict[str, Any]:
    """A project with its files, its context, and the workspace's number they stand for."""
    seq = log.head(project.workspace.stream)
    files = [file_summary(file).model_dump() for file in access.files_of(project)]
    return {
        "project": {**project_brief(project), "files": files, "seq": seq},
        "context": contexts.context_of(project).summary(),
    }
