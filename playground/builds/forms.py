"""What the API takes: one model a body, unknown fields refused, each fault a sentence that names its field."""

import json
from typing import Annotated, Literal, TypeVar

from django.http import HttpRequest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from playground.accounts.errors import Refused
from playground.builds.limits import limit
from playground.engine.limits import bytes_text


class Body(BaseModel):
    """Base of all bodies."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Short = Annotated[str, Field(max_length=300)]
Path = Annotated[str, Field(max_length=6000)]


class NewProject(Body):
    """`POST /api/projects/`."""

    template: Short = "hello"
    name: Short = ""


class Rename(Body):
    """`PATCH /api/projects/ID/`."""

    name: Short


class OnePath(Body):
    """A path inside a project."""

    path: Path


class Move(Body):
    """`from` is a word of Python's, so the field has another name inside."""

    source: Path = Field(alias="from")
    to: Path


class Undo(Body):
    """What a deletion answered."""

    undo: Short


class Check(Body):
    """*text*, if given, is checked instead of the saved file."""

    dockerfile: Path = "Dockerfile"
    target: Short = ""
    text: Annotated[str, Field(max_length=200_000)] | None = None


class NewBuild(Body):
    """`POST /api/projects/ID/builds/`."""

    reference: Short
    dockerfile: Path = "Dockerfile"
    target: Short | None = None
    no_cache: bool = False


class Tag(Body):
    """Another name for an image."""

    reference: Short


class NewContainer(Body):
    """`POST /api/containers/`. *memory* in bytes; 0 and '' are the usual."""

    image: Short
    command: Annotated[str, Field(max_length=8000)] = ""
    env: dict[str, str] = Field(default_factory=dict, max_length=200)
    memory: Annotated[int, Field(ge=0)] = 0
    cpus: Annotated[float, Field(ge=0, le=64)] = 0.0
    network: Literal["none", "own"] = "none"


B = TypeVar("B", bound=Body)


def read(request: HttpRequest, shape: type[B]) -> B:
    """The request's JSON as *shape*. Raises `Refused` (400) naming the first field that is wrong."""
    try:
        return shape.model_validate(json.loads(request.body or b"{}"))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise Refused("malformed", f"{field or 'The body'}: {first['msg']}.", field=field, status=400) from error
    except (ValueError, RecursionError) as error:
        raise Refused("malformed", "The body is not JSON.", status=400) from error


def check_upload(size: int) -> None:
    """Raises `Refused` (413) for an upload of *size* bytes that is too large to be looked into."""
    most = limit("upload.bytes")
    if size > most:
        raise Refused(
            "upload-too-large",
            f"The upload has {bytes_text(size)}; an upload may have {bytes_text(most)}.",
            field="file",
            fix="Send it in parts, or leave out what the build does not need.",
            status=413,
        )
