"""Every door to a learner's things, tried by the owner, another learner and a stranger.

The table is compared with the URL patterns, and each door's methods with what it says it takes: a new door without a
line here fails.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from playground.builds import urls
from playground.builds.models import File, Image, Project
from playground.builds.services.files import delete_file
from playground.builds.services.projects import create_project, delete_project
from tests.support.cast import Cast, cast, make_cast, make_image, sent

__all__ = ["cast", "sent"]

pytestmark = [pytest.mark.django_db(databases=["default", "events"]), pytest.mark.usefixtures("sent")]

NOBODYS = "a" * 16
"""An id that nothing has."""


@dataclass(frozen=True, slots=True)
class Door:
    """One method of one address. *body* may hold what `fill` knows, as `{image}`; *status* is what the owner gets."""

    method: str
    route: str
    status: int = 200
    body: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    multipart: bool = False

    @property
    def name(self) -> str:
        return f"{self.method} {self.route}"


PROJECT = "projects/<slug:project_id>/"
OWNED = [
    Door("POST", "restore/", body={"undo": "{gone}"}),
    Door("GET", PROJECT),
    Door("PATCH", PROJECT, body={"name": "Renamed"}),
    Door("DELETE", PROJECT),
    Door("GET", f"{PROJECT}files/<path:path>"),
    Door("PUT", f"{PROJECT}files/<path:path>", headers={"If-Match": '"1"'}),
    Door("POST", f"{PROJECT}folders/", 201, {"path": "src"}),
    Door("POST", f"{PROJECT}move/", body={"from": "greeting.txt", "to": "hello.txt"}),
    Door("POST", f"{PROJECT}delete/", body={"path": "greeting.txt"}),
    Door("POST", f"{PROJECT}restore/", body={"undo": "{batch}"}),
    Door("POST", f"{PROJECT}upload/", multipart=True),
    Door("GET", f"{PROJECT}archive/"),
    Door("POST", f"{PROJECT}check/"),
    Door("POST", f"{PROJECT}builds/", 201, {"reference": "hello:1"}),
    Door("GET", "builds/<slug:build_id>/"),
    Door("POST", "builds/<slug:build_id>/cancel/"),
    Door("GET", "images/<slug:image_id>/"),
    Door("DELETE", "images/<slug:image_id>/", 202),
    Door("POST", "images/<slug:image_id>/tag/", 201, {"reference": "hello:2"}),
    Door("POST", "images/<slug:image_id>/keep/"),
    Door("POST", "containers/", 201, {"image": "{image}"}),
    Door("POST", "containers/<slug:container_id>/keep/"),
    Door("POST", "containers/<slug:container_id>/start/", 202),
    Door("POST", "containers/<slug:container_id>/stop/", 202),
    Door("POST", "containers/<slug:container_id>/restart/", 202),
    Door("POST", "containers/<slug:container_id>/remove/", 202),
    Door("GET", "/projects/<slug:project_id>/"),
]
"""Doors to one thing of one learner. A route that begins with / is a page's."""
LISTS = [Door("GET", "state/"), Door("GET", "images/"), Door("GET", "containers/")]
"""Doors that are anybody's, each showing the visitor's own."""
NEW = [Door("POST", "projects/", 201), Door("POST", "/projects/new/", 302)]
"""Doors that make something new for whoever comes."""
EVERY = [*OWNED, *LISTS, *NEW]
WRITES = [door for door in EVERY if door.method != "GET"]


def names(doors: list[Door]) -> Callable[..., Any]:
    """One case a door."""
    return pytest.mark.parametrize("door", doors, ids=[door.name for door in doors])


def fill(text: str, of: Cast, *, missing: bool = False) -> str:
    """*text* with the owner's ids in place of names; with *missing*, ids that nothing has."""
    ids: dict[str, Callable[[], str]] = {
        "project_id": lambda: of.project.id,
        "build_id": lambda: of.build.id,
        "image_id": lambda: unused_image(of),
        "container_id": lambda: of.container.id,
        "image": lambda: of.image.id,
        "gone": lambda: deleted_project(of),
        "batch": lambda: deleted_file(of),
    }
    for name, find in ids.items():
        place = re.compile(rf"<slug:{name}>|{{{name}}}")
        if place.search(text):
            text = place.sub(NOBODYS if missing else find(), text)
    return text.replace("<path:path>", "Dockerfile")


def unused_image(of: Cast) -> str:
    """An image of the owner that no container needs."""
    found = Image.objects.filter(learner=of.owner, reference="unused:1").first()
    return (found or make_image(of.owner, reference="unused:1", digest="sha256:" + "b" * 64)).id


def deleted_project(of: Cast) -> str:
    """A project that the owner has deleted."""
    found = Project.objects.filter(workspace=of.owner.workspace).exclude(deleted_at=None).first()
    if found is None:
        found = create_project(learner=of.owner, template="hello")
        delete_project(learner=of.owner, project=found)
    return found.id


def deleted_file(of: Cast) -> str:
    """The undo of a file that the owner has deleted."""
    found = File.objects.filter(project=of.project).exclude(batch="").first()
    return found.batch if found else delete_file(learner=of.owner, project=of.project, path="greeting.txt")


def knock(client: Client, door: Door, of: Cast, *, method: str = "", missing: bool = False) -> Any:
    """Go through *door* as *client*."""
    at = door.route if door.route.startswith("/") else f"/api/{door.route}"
    path, method = fill(at, of, missing=missing), method or door.method
    if door.multipart and method == "POST":
        return client.post(path, {"file": SimpleUploadedFile("new.txt", b"new")}, headers=door.headers)
    body = fill(json.dumps(door.body), of, missing=missing) if method != "GET" else ""
    return client.generic(method, path, body, content_type="application/json", headers=door.headers)


def content(answer: Any) -> bytes:
    """The whole body, also of a file that is streamed."""
    if answer.streaming:
        return b"".join(answer.streaming_content)
    body: bytes = answer.content
    # the page of an error holds a masked CSRF token, another one each time
    return re.sub(rb'(name="csrf-token" content=)"\w+"', rb"\1", body)


# --- the table is complete --------------------------------------------------------------------------------------------


def test_every_address_of_the_api_is_in_the_table() -> None:
    there = {str(pattern.pattern) for pattern in urls.urlpatterns}
    assert {door.route for door in EVERY if not door.route.startswith("/")} == there


@pytest.mark.parametrize("route", sorted({door.route for door in EVERY if not door.route.startswith("/")}))
def test_every_method_an_address_takes_is_in_the_table(route: str, cast: Cast) -> None:
    doors = [door for door in EVERY if door.route == route]
    answer = knock(cast.as_owner, doors[0], cast, method="PROPFIND")
    assert answer.status_code == 405
    said = re.fullmatch(r"This address takes (.+), not PROPFIND\.", json.loads(answer.content)["error"]["message"])
    assert said is not None
    assert set(said[1].split(", ")) == {door.method for door in doors}


# --- who gets in ------------------------------------------------------------------------------------------------------


@names(OWNED)
def test_the_owner_gets_in(door: Door, cast: Cast) -> None:
    answer = knock(cast.as_owner, door, cast)
    body = content(answer)
    assert answer.status_code == door.status, body[:600]
    assert body


@names(OWNED)
def test_another_learner_and_a_stranger_hear_what_they_would_hear_of_nothing(door: Door, cast: Cast) -> None:
    nothing = knock(cast.as_other, door, cast, missing=True)
    answers = [knock(client, door, cast) for client in (cast.as_other, cast.as_stranger)]
    assert [answer.status_code for answer in answers] == [404, 404]
    if door.route.startswith("/"):  # a page: the stranger's has the links to sign up as the other guest's has
        assert all(b"belongs to somebody else" in content(answer) for answer in answers)
    assert content(answers[0]) == content(answers[1]) == content(nothing)
    assert not any(header in answers[0] for header in ("ETag", "Content-Disposition"))


@names([door for door in OWNED if door.method != "GET"])
def test_a_write_of_somebody_else_changes_nothing(door: Door, cast: Cast) -> None:
    def all_there_is() -> list[object]:
        return [cast.as_owner.get(f"/api/{path}").json() for path in ("state/", f"projects/{cast.project.id}/")]

    fill(door.route + json.dumps(door.body), cast)  # what is asked for is there before we look
    before = all_there_is()
    for client in (cast.as_other, cast.as_stranger):
        assert knock(client, door, cast).status_code == 404
    assert all_there_is() == before


@names(LISTS)
def test_a_list_shows_the_visitors_own_and_nothing_of_anybody_else(door: Door, cast: Cast) -> None:
    own = (cast.image.id,) if door.route == "images/" else (cast.container.id,)
    assert all(name in knock(cast.as_owner, door, cast).content.decode() for name in own)
    things = (cast.owner, cast.project, cast.build, cast.image, cast.container)
    for client in (cast.as_other, cast.as_stranger):
        answer = knock(client, door, cast)
        assert answer.status_code == 200
        assert not [thing.id for thing in things if thing.id in answer.content.decode()]


@names(NEW)
def test_anybody_may_make_something_of_their_own(door: Door, cast: Cast) -> None:
    for client in (cast.as_owner, cast.as_other, cast.as_stranger):
        assert knock(client, door, cast).status_code == door.status
    assert len(cast.as_owner.get("/api/state/").json()["projects"]) == 2
    assert len(cast.as_stranger.get("/api/state/").json()["projects"]) == 1


# --- what is refused to everybody -------------------------------------------------------------------------------------


@names(WRITES)
def test_a_write_without_the_token_is_refused(door: Door) -> None:
    strict = make_cast(enforce_csrf_checks=True)
    answer = knock(strict.as_owner, door, strict)
    assert answer.status_code == 403
    if not door.route.startswith("/"):
        assert json.loads(answer.content)["error"]["code"] == "csrf"


@names(WRITES)
def test_a_write_with_the_token_passes(door: Door) -> None:
    strict = make_cast(enforce_csrf_checks=True)
    strict.as_owner.get("/")
    token = {"X-CSRFToken": strict.as_owner.cookies["csrftoken"].value}
    with_token = Door(door.method, door.route, door.status, door.body, door.headers | token, door.multipart)
    assert knock(strict.as_owner, with_token, strict).status_code == door.status


@names(EVERY)
def test_a_wrong_method_is_refused(door: Door, cast: Cast) -> None:
    taken = {other.method for other in EVERY if other.route == door.route}
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - taken:
        answer = knock(cast.as_owner, door, cast, method=method)
        assert answer.status_code == 405, method


@names(EVERY)
def test_no_answer_may_be_kept_by_a_cache(door: Door, cast: Cast) -> None:
    for client in (cast.as_owner, cast.as_stranger):
        answer = knock(client, door, cast)
        content(answer)
        if answer.status_code != 302:
            assert "no-store" in answer.headers["Cache-Control"]
