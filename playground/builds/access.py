"""The one door to a learner's objects: found and owned, or `NotFound` in the same words for both."""

from playground.accounts.errors import NotFound
from playground.accounts.models import Learner
from playground.builds.models import BaseImage, Build, Container, File, Image, Notice, Project

MOST_NOTICES = 20


def projects_of(learner: Learner | None) -> list[Project]:
    """All projects, the one changed last first."""
    if learner is None:
        return []
    return list(Project.objects.filter(workspace__learner=learner, deleted_at=None).order_by("-changed_at"))


def project_for(learner: Learner | None, project_id: str) -> Project:
    """A project of this learner. Raises `NotFound`."""
    project = (
        Project.objects.select_related("workspace")
        .filter(pk=project_id, workspace__learner=learner, deleted_at=None)
        .first()
    )
    if learner is None or project is None:
        raise NotFound("project")
    return project


def files_of(project: Project) -> list[File]:
    """Every live file and folder, in the order of their paths."""
    return list(File.objects.filter(project=project, deleted_at=None).order_by("path"))


def file_for(project: Project, path: str) -> File:
    """One file of the project. Raises `NotFound`."""
    file = File.objects.filter(project=project, path=path, kind="file", deleted_at=None).first()
    if file is None:
        raise NotFound("file")
    return file


def build_for(learner: Learner | None, build_id: str) -> Build:
    """A build of this learner. Raises `NotFound`."""
    build = Build.objects.filter(pk=build_id, learner=learner).first()
    if learner is None or build is None:
        raise NotFound("build")
    return build


def builds_of(learner: Learner | None, *, most: int = 30) -> list[Build]:
    """The newest builds first."""
    return list(Build.objects.filter(learner=learner).order_by("-created_at")[:most]) if learner else []


def image_for(learner: Learner | None, image_id: str) -> Image:
    """An image of this learner. Raises `NotFound`."""
    image = Image.objects.filter(pk=image_id, learner=learner).first()
    if learner is None or image is None:
        raise NotFound("image")
    return image


def images_of(learner: Learner | None) -> list[Image]:
    """All images, the newest first."""
    if learner is None:
        return []
    return list(Image.objects.filter(learner=learner, state="ready").select_related("build").order_by("-created_at"))


def container_for(learner: Learner | None, container_id: str) -> Container:
    """A container of this learner. Raises `NotFound`."""
    container = Container.objects.filter(pk=container_id, learner=learner).exclude(state="removed").first()
    if learner is None or container is None:
        raise NotFound("container")
    return container


def containers_of(learner: Learner | None) -> list[Container]:
    """All containers that are there, the newest first."""
    if learner is None:
        return []
    found = Container.objects.filter(learner=learner).exclude(state="removed")
    return list(found.select_related("image").order_by("-created_at"))


def notices_of(learner: Learner | None) -> list[Notice]:
    """What was cleaned up, the newest first."""
    return list(Notice.objects.filter(learner=learner).order_by("-at")[:MOST_NOTICES]) if learner else []


def base_images() -> list[BaseImage]:
    """The site's base images."""
    return list(BaseImage.objects.order_by("reference"))
