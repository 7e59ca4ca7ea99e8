"""The cast of every test about access: an owner with one of each thing, another learner, and a stranger.

`make_cast()` wants both databases. A conftest or a test module takes the fixtures by importing `cast` and `sent`.
"""

from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from playground.accounts import identity
from playground.accounts.ids import new_id
from playground.accounts.models import Learner
from playground.builds import dispatch
from playground.builds.models import BaseImage, Build, Container, Image, Project
from playground.builds.services.projects import create_project
from playground.builds.services.workspaces import create_guest
from playground.builds.states import ContainerState
from playground.events import log

MIB = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Three visitors of the site, each with a client that holds its cookies, and what the owner owns."""

    owner: Learner
    other: Learner
    as_owner: Client
    as_other: Client
    as_stranger: Client
    project: Project
    build: Build
    image: Image
    container: Container


def client_of(learner: Learner | None, **options: Any) -> Client:
    """A browser with the guest's own signed cookie; without a learner, a browser that was never here."""
    client = Client(**options)
    if learner is not None:
        client.cookies[identity.COOKIE] = identity.cookie_for(learner)
    return client


def make_build(learner: Learner, project: Project, **fields: Any) -> Build:
    """A build that waits, and its empty stream."""
    values = {"reference": "hello:1", "dockerfile": "Dockerfile", "manifest": [], "fingerprint": new_id(), **fields}
    build = Build.objects.create(learner=learner, project=project, stream=new_id(), **values)
    log.create_stream(owner=learner.id, kind="build", subject=build.id, stream_id=build.stream)
    return build


def make_image(learner: Learner, **fields: Any) -> Image:
    """An image that is ready."""
    values = {"reference": "hello:1", "digest": "sha256:" + "a" * 64, "size": 4 * MIB, **fields}
    return Image.objects.create(learner=learner, created_at=timezone.now(), **values)


def make_container(learner: Learner, image: Image, **fields: Any) -> Container:
    """A container that runs, and its empty stream."""
    values = {"name": "hello-1", "memory": 64 * MIB, "cpus": 0.5, "state": ContainerState.RUNNING.value, **fields}
    container = Container.objects.create(
        learner=learner, image=image, stream=new_id(), reference=image.reference, digest=image.digest, **values
    )
    log.create_stream(owner=learner.id, kind="container", subject=container.id, stream_id=container.stream)
    return container


def make_cast(**options: Any) -> Cast:
    """The whole cast; *options* go to the clients (`enforce_csrf_checks=True`). Nobody has been counted yet."""
    cache.clear()
    BaseImage.objects.update_or_create(
        reference="busybox:latest", defaults={"about": "A tiny Linux.", "state": "ready", "progress": 1.0}
    )
    owner, other = create_guest(), create_guest()
    project, image = create_project(learner=owner, template="hello"), make_image(owner)
    return Cast(
        owner=owner,
        other=other,
        as_owner=client_of(owner, **options),
        as_other=client_of(other, **options),
        as_stranger=client_of(None, **options),
        project=project,
        build=make_build(owner, project),
        image=image,
        container=make_container(owner, image),
    )


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast, in tests marked `django_db(databases=["default", "events"])`."""
    return make_cast()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What was put on a worker's queue, as (task, row's id); nothing leaves the process."""
    messages: list[tuple[str, str]] = []
    monkeypatch.setattr(dispatch, "send", lambda task, row_id: messages.append((task, row_id)))
    return messages
