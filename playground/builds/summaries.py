"""Rows as the shapes of the wire contract: the only place that turns one into the other."""

from datetime import datetime
from typing import Any

from playground.builds.models import BaseImage, Build, Container, File, Image, Notice
from playground.events import wire


def iso(moment: datetime | None) -> str | None:
    """A time as the wire has it."""
    return moment.isoformat(timespec="milliseconds") if moment else None


def file_summary(file: File) -> wire.FileSummary:
    """A file or folder."""
    return wire.FileSummary(
        path=file.path,
        kind="dir" if file.kind == "dir" else "file",
        size=file.size,
        version=file.version,
        sha256=file.sha256,
        binary=file.binary,
    )


def failure(stored: dict[str, Any] | None) -> wire.Failure | None:
    """A stored failure."""
    return wire.Failure.model_validate(stored) if stored else None


def build_summary(build: Build) -> wire.BuildSummary:
    """A build."""
    return wire.BuildSummary.model_validate(
        {
            "id": build.id,
            "stream": build.stream,
            "project": build.project_id or "",
            "reference": build.reference,
            "state": str(build.state),
            "attempt": build.attempt,
            "ahead": build.ahead if build.state == "queued" else None,
            "created_at": iso(build.created_at),
            "started_at": iso(build.started_at),
            "finished_at": iso(build.finished_at),
            "image": build.image or None,
            "failure": failure(build.failure),
        }
    )


def image_summary(image: Image) -> wire.ImageSummary:
    """An image with its layers."""
    return wire.ImageSummary.model_validate(
        {
            "id": image.id,
            "reference": image.reference,
            "digest": image.digest,
            "state": image.state,
            "size": image.size,
            "created_at": iso(image.created_at),
            "build": image.build_id,
            "project": image.build.project_id if image.build else None,
            "command": image.command,
            "ports": image.ports,
            "layers": [wire.LayerLine.model_validate(layer) for layer in image.layers],
            "going_at": iso(image.going_at),
        }
    )


def container_summary(container: Container) -> wire.ContainerSummary:
    """A container."""
    return wire.ContainerSummary.model_validate(
        {
            "id": container.id,
            "stream": container.stream,
            "name": container.name,
            "image": container.reference,
            "command": container.command or (container.image.command if container.image else []),
            "env": container.env,
            "memory": container.memory,
            "cpus": container.cpus,
            "state": str(container.state),
            "exit_code": container.exit_code,
            "sentence": container.sentence,
            "created_at": iso(container.created_at),
            "started_at": iso(container.started_at),
            "finished_at": iso(container.finished_at),
            "due_at": iso(container.due_at),
            "going_at": iso(container.going_at),
        }
    )


def notice(row: Notice) -> wire.Notice:
    """What was cleaned up."""
    return wire.Notice.model_validate({"id": row.id, "at": iso(row.at), "sentence": row.sentence})


def base_image(row: BaseImage) -> wire.BaseImage:
    """A base image of the site."""
    return wire.BaseImage.model_validate(
        {
            "reference": row.reference,
            "about": row.about,
            "state": row.state,
            "progress": row.progress,
            "note": row.note,
        }
    )
