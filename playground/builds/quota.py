"""How much a project may hold, and what a learner has used. Refusals carry both numbers."""

from collections.abc import Mapping
from typing import Any

from playground.accounts.errors import Refused
from playground.accounts.models import Learner
from playground.builds import access
from playground.builds.limits import limit
from playground.builds.models import File
from playground.engine.limits import bytes_text


def check_room(live: Mapping[str, File], *, path: str, size: int) -> None:
    """Raises `Refused` (413) if *path* with *size* bytes does not fit beside the *live* files of its project."""
    most = limit("file.bytes")
    if size > most:
        raise Refused(
            "file-too-large",
            f"{path} has {sizes(size, most)[0]}; a file may have {sizes(size, most)[1]}.",
            field="path",
            fix="Make it smaller, or let a RUN step create it.",
            status=413,
        )
    others = [file for at, file in live.items() if at != path]
    if len(others) + 1 > limit("project.files"):
        raise Refused(
            "too-many-files",
            f"The project would have {len(others) + 1} files and folders; {limit('project.files')} are allowed.",
            field="path",
            fix="Delete what the build does not need.",
            status=413,
        )
    total, whole = sum(file.size for file in others) + size, limit("project.bytes")
    if total > whole:
        raise Refused(
            "project-too-large",
            f"The project would have {sizes(total, whole)[0]}; {sizes(total, whole)[1]} are allowed.",
            field="path",
            fix="Delete what the build does not need.",
            status=413,
        )


def check_image_room(learner: Learner, reference: str, *, fix: str) -> None:
    """Raises `Refused` (413) if *reference* would be one image too many; a name that is there takes no room."""
    have, most = {image.reference for image in access.images_of(learner)}, limit("learner.images")
    if reference not in have and len(have) >= most:
        message = f"You have {len(have)} images; {most} are allowed."
        raise Refused("too-many-images", message, fix=fix, status=413)


def sizes(size: int, most: int) -> tuple[str, str]:
    """Both numbers of a refusal, to the byte where rounding would make them look the same."""
    rounded = bytes_text(size), bytes_text(most)
    return rounded if rounded[0] != rounded[1] else (f"{size:,} bytes", f"{most:,} bytes")


def usage(learner: Learner | None) -> dict[str, Any]:
    """What the learner has and may have, for pages."""
    containers = access.containers_of(learner)
    return {
        "projects": len(access.projects_of(learner)),
        "projects_limit": limit("learner.projects"),
        "images": len(access.images_of(learner)),
        "images_limit": limit("learner.images"),
        "containers": len(containers),
        "containers_limit": limit("learner.containers"),
        "running": sum(container.state in {"running", "starting", "creating"} for container in containers),
        "running_limit": limit("learner.running"),
        "project_bytes_limit": limit("project.bytes"),
        "file_bytes_limit": limit("file.bytes"),
    }
