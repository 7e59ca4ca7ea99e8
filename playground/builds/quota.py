"""How much a project may hold, and what a learner has used. Refusals carry both numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

from playground.accounts.errors import Refused
from playground.accounts.models import Learner
from playground.builds import access, running_time
from playground.builds.footprint import OwnLayer, together
from playground.builds.limits import limit
from playground.builds.models import Build, File
from playground.builds.states import BuildState
from playground.engine.limits import bytes_text

UNDER_WAY = (BuildState.QUEUED, BuildState.RUNNING, BuildState.CANCELLING)


def check_file(path: str, size: int) -> None:
    """Raises `Refused` (413) for a file over the limit, also before it is read."""
    most = limit("file.bytes")
    if size > most:
        have, may = sizes(size, most)
        raise Refused(
            "file-too-large",
            f"{path} has {have}; a file may have {may}.",
            field="path",
            fix="Make it smaller, or let a RUN step create it.",
            status=413,
        )


def check_room(live: Mapping[str, File], *, path: str, size: int) -> None:
    """Raises `Refused` (413) if *path* with *size* bytes does not fit beside the *live* files of its project."""
    check_file(path, size)
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


def check_image_bytes(learner: Learner, reference: str) -> None:
    """Raises `Refused` (413) if there is no room for even one byte in an image called *reference*."""
    used, most = _image_bytes(learner, without=reference), limit("learner.image_bytes")
    if used >= most:
        raise _images_too_large(f"Your images have {bytes_text(used)} beyond their base images", most)


def variable_refused(env: Sequence[str]) -> Refused | None:
    """Why an image with these variables (`NAME=value`) cannot be kept: a build on it could multiply a long one."""
    longest, most = max(env, key=len, default=""), limit("image.variable")
    name, _, value = longest.partition("=")
    if len(value) <= most:
        return None
    what = f"The variable {name[:60]} of the image has {len(value):,} characters; it may have {most:,}."
    return Refused("variable-too-long", what, fix="Keep what is long in a file, and COPY it.", status=413)


def image_refused(learner: Learner, reference: str, *, size: int, own: Sequence[OwnLayer]) -> Refused | None:
    """Why an image that was built as *reference* cannot be kept, if so: alone or with the others it is too large."""
    most = limit("image.bytes")
    if size > most:
        have, may = sizes(size, most)
        what = f"The image has {have}; an image may have {may}."
        fix = "Start from a smaller base image, or copy only what runs into a last stage."
        return Refused("image-too-large", what, fix=fix, status=413)
    used, whole = _image_bytes(learner, without=reference, own=own), limit("learner.image_bytes")
    if used > whole:
        return _images_too_large(f"With this image yours would have {bytes_text(used)} beyond their base images", whole)
    return None


def _image_bytes(learner: Learner | None, *, without: str = "", own: Sequence[OwnLayer] = ()) -> int:
    """What all images have beyond the site's base images, with *own* instead of the one called *without*."""
    return together([own, *(image.own for image in access.images_of(learner) if image.reference != without)])


def _images_too_large(what: str, most: int) -> Refused:
    message = f"{what}; {bytes_text(most)} are allowed."
    fix = "Remove an image on the Images page, or build under the name of a large one."
    return Refused("images-too-large", message, fix=fix, status=413)


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
        "image_bytes": _image_bytes(learner),
        "image_bytes_limit": limit("learner.image_bytes"),
        "builds": Build.objects.filter(learner=learner, state__in=UNDER_WAY).count() if learner else 0,
        "builds_limit": limit("build.queued"),
        "containers": len(containers),
        "containers_limit": limit("learner.containers"),
        "running": sum(container.state in {"running", "starting", "creating"} for container in containers),
        "running_limit": limit("learner.running"),
        "run_seconds": running_time.used([learner.id])[learner.id] if learner else 0,
        "run_seconds_limit": limit("learner.run_seconds"),
        "project_bytes_limit": limit("project.bytes"),
        "file_bytes_limit": limit("file.bytes"),
    }
