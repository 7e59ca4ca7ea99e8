"""What the API says: the shape of a refusal, malformed bodies, versions of files, uploads, rates, snapshots."""

import io
import json
import tarfile
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache as counts
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from playground.accounts import ratelimit
from playground.builds.limits import limit
from playground.builds.models import Build, File, Project, Pulse
from tests.support.cast import Cast, cast, client_of, sent

__all__ = ["cast", "sent"]

pytestmark = [pytest.mark.django_db(databases=["default", "events"]), pytest.mark.usefixtures("sent")]

MIB = 1 << 20


def ask(client: Client, method: str, path: str, body: Any = None, **headers: str) -> Any:
    """One call of the API with a body of JSON, or of whatever text it is."""
    data = body if isinstance(body, str | bytes) else json.dumps(body if body is not None else {})
    return client.generic(method, f"/api/{path}", data, content_type="application/json", headers=headers)


def error(answer: Any, status: int) -> dict[str, Any]:
    """The refusal in *answer*."""
    assert answer.status_code == status, answer.content
    refusal: dict[str, Any] = answer.json()["error"]
    return refusal


def here(cast: Cast, rest: str = "") -> str:
    return f"projects/{cast.project.id}/{rest}"


def put(cast: Cast, path: str, content: bytes | str, **headers: str) -> Any:
    return ask(cast.as_owner, "PUT", here(cast, f"files/{path}"), content, **headers)


# --- the shape of a refusal -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "projects/nothing/", None, 404),
        ("GET", "no/such/address/", None, 404),
        ("POST", "projects/", "{", 400),
        ("POST", "projects/", {"template": "no such"}, 422),
        ("PATCH", "state/", None, 405),
        ("POST", "containers/", {"image": "nothing"}, 404),
    ],
)
def test_every_refusal_has_the_one_shape(method: str, path: str, body: object, status: int, cast: Cast) -> None:
    refusal = error(ask(cast.as_owner, method, path, body), status)
    assert set(refusal) == {"code", "message", "field", "line", "column", "fix", "problems"}
    assert refusal["message"].endswith(".")
    assert refusal["problems"] == []


def test_a_refused_dockerfile_names_its_line_and_queues_nothing(cast: Cast, sent: list[tuple[str, str]]) -> None:
    builds = Build.objects.count()
    put(cast, "Dockerfile", "FROM busybox:latest\nRUM true\n", **{"If-Match": '"1"'})
    refusal = error(ask(cast.as_owner, "POST", here(cast, "builds/"), {"reference": "hello:1"}), 422)
    assert (refusal["field"], refusal["line"]) == ("dockerfile", 2)
    assert refusal["problems"][0]["line"] == 2
    assert set(refusal["problems"][0]) == {"code", "severity", "line", "column", "end_column", "message", "fix"}
    assert Build.objects.count() == builds
    assert not sent


def test_more_than_django_reads_is_refused_in_the_same_shape(cast: Cast, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert error(put(cast, "big.bin", b"x" * 1001, **{"If-None-Match": "*"}), 413)["code"] == "too-large"
    assert error(ask(cast.as_owner, "POST", "projects/", " " * 1001), 413)["code"] == "too-large"


def test_too_many_files_in_one_upload_are_refused_in_the_same_shape(cast: Cast, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 2
    assert error(upload(cast, {"a": b"", "b": b"", "c": b""}), 413)["code"] == "too-large"


def test_a_broken_multipart_body_is_refused_in_the_same_shape(cast: Cast) -> None:
    answer = cast.as_owner.generic("POST", f"/api/{here(cast, 'upload/')}", b"x", "multipart/form-data; boundary=")
    assert error(answer, 400)["code"] == "malformed"


# --- malformed bodies -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", ["{", "nonsense", b"\xff\xfe", "[" * 100_000, "nul"])
def test_what_is_not_json_is_refused(body: str | bytes, cast: Cast) -> None:
    assert error(ask(cast.as_owner, "POST", "projects/", body), 400)["message"] == "The body is not JSON."


@pytest.mark.parametrize("body", [[], "1", "null", '"text"', "true"])
def test_json_that_is_no_object_is_refused(body: object, cast: Cast) -> None:
    assert error(ask(cast.as_owner, "POST", "projects/", body), 400)["message"].startswith("The body: ")


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("projects/", {"name": 5}, "name"),
        ("projects/", {"name": "x" * 301}, "name"),
        ("projects/", '{"name": "\\ud800"}', "name"),
        ("projects/", {"naem": "typo"}, "naem"),
        ("restore/", {}, "undo"),
        ("{project}move/", {"to": "x"}, "from"),
        ("{project}move/", {"source": "Dockerfile", "to": "x"}, "from"),
        ("{project}folders/", {"path": None}, "path"),
        ("{project}delete/", {"path": "x" * 6001}, "path"),
        ("{project}builds/", {"reference": ["hello"]}, "reference"),
        ("{project}builds/", {"reference": "hello", "no_cache": "perhaps"}, "no_cache"),
        ("{project}check/", {"text": "x" * 200_001}, "text"),
        ("containers/", {"image": "x", "memory": -1}, "memory"),
        ("containers/", {"image": "x", "memory": 1.5}, "memory"),
        ("containers/", '{"image": "x", "cpus": NaN}', "cpus"),
        ("containers/", '{"image": "x", "cpus": Infinity}', "cpus"),
        ("containers/", {"image": "x", "env": {"A": 1}}, "env.A"),
        ("containers/", {"image": "x", "env": ["A=1"]}, "env"),
    ],
)
def test_a_wrong_field_is_named(path: str, body: object, field: str, cast: Cast) -> None:
    refusal = error(ask(cast.as_owner, "POST", path.format(project=here(cast)), body), 400)
    assert (refusal["code"], refusal["field"]) == ("malformed", field)
    assert refusal["message"].startswith(f"{field}: ")


@pytest.mark.parametrize(
    ("field", "value"),
    [("memory", 10**30), ("memory", 1), ("cpus", 64.0), ("command", "echo 'open"), ("env", {"A": "nul\0"})],
)
def test_a_container_nobody_may_have_is_refused_and_not_made(field: str, value: object, cast: Cast) -> None:
    before = ask(cast.as_owner, "GET", "containers/").json()
    answer = ask(cast.as_owner, "POST", "containers/", {"image": cast.image.id, field: value})
    assert error(answer, 422)["message"]
    assert ask(cast.as_owner, "GET", "containers/").json() == before


# --- files ------------------------------------------------------------------------------------------------------------


def test_a_files_bytes_are_a_download_and_never_a_page(cast: Cast) -> None:
    put(cast, "evil.html", "<script>alert(1)</script>", **{"If-None-Match": "*"})
    answer = ask(cast.as_owner, "GET", here(cast, "files/evil.html"))
    assert answer.content == b"<script>alert(1)</script>"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == "attachment"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["ETag"] == '"1"'


def test_a_file_keeps_every_byte(cast: Cast) -> None:
    content = bytes(range(256)) * 4
    saved = put(cast, "data.bin", content, **{"If-None-Match": "*"}).json()["file"]
    assert (saved["size"], saved["binary"], saved["version"]) == (1024, True, 1)
    assert ask(cast.as_owner, "GET", here(cast, "files/data.bin")).content == content


@pytest.mark.parametrize("known", ["", "x", '""', '"²"', '"-1"', '"1.5"', '"' + "9" * 5000 + '"', '"1", "2"', "*"])
def test_saving_without_a_version_is_refused(known: str, cast: Cast) -> None:
    headers = {"If-Match": known} if known else {}
    assert error(put(cast, "Dockerfile", "FROM scratch\n", **headers), 428)["code"] == "no-version"


@pytest.mark.parametrize("known", ['"1"', 'W/"1"', "1"])
def test_saving_over_the_version_one_knows_makes_the_next(known: str, cast: Cast) -> None:
    answer = put(cast, "Dockerfile", "FROM busybox:latest\n", **{"If-Match": known})
    assert answer.status_code == 200
    assert answer.json()["file"]["version"] == 2
    assert ask(cast.as_owner, "GET", here(cast, "files/Dockerfile")).headers["ETag"] == '"2"'


def test_saving_over_a_version_one_does_not_know_is_a_conflict_that_shows_theirs(cast: Cast) -> None:
    put(cast, "Dockerfile", "FROM busybox:latest\n# theirs\n", **{"If-Match": '"1"'})
    refusal = error(put(cast, "Dockerfile", "FROM busybox:latest\n# mine\n", **{"If-Match": '"1"'}), 409)
    assert refusal["code"] == "conflict"
    assert (refusal["theirs"]["path"], refusal["theirs"]["version"]) == ("Dockerfile", 2)
    assert b"theirs" in ask(cast.as_owner, "GET", here(cast, "files/Dockerfile")).content


def test_a_new_file_over_one_that_is_there_is_a_conflict(cast: Cast) -> None:
    assert error(put(cast, "Dockerfile", "new", **{"If-None-Match": "*"}), 409)["code"] == "conflict"


def test_the_same_save_sent_twice_is_one_save(cast: Cast) -> None:
    first = put(cast, "new.txt", "text", **{"If-None-Match": "*"})
    second = put(cast, "new.txt", "text", **{"If-None-Match": "*"})
    assert first.json()["file"] == second.json()["file"]


def test_a_file_over_the_limit_is_refused_with_both_numbers(cast: Cast) -> None:
    refusal = error(put(cast, "big.bin", b"x" * 3 * MIB, **{"If-None-Match": "*"}), 413)
    assert refusal["message"] == "big.bin has 3 MiB; a file may have 1 MiB."
    assert not File.objects.filter(path="big.bin").exists()


@pytest.mark.parametrize("path", ["a/../../b", "..", "%00", "x" * 300, "a//b", " a", "a\\b", "/etc/passwd"])
def test_a_name_that_no_file_may_have_is_refused_and_nothing_written(path: str, cast: Cast) -> None:
    files = File.objects.count()
    refusal = error(put(cast, path, "x", **{"If-None-Match": "*"}), 422)
    assert refusal["field"] == "path"
    assert File.objects.count() == files


# --- uploads ----------------------------------------------------------------------------------------------------------


def upload(cast: Cast, files: dict[str, bytes], **fields: Any) -> Any:
    parts = [SimpleUploadedFile(name, content) for name, content in files.items()]
    return cast.as_owner.post(f"/api/{here(cast, 'upload/')}", {"file": parts, **fields})


def tar_of(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def test_an_upload_answers_what_was_added_and_all_files(cast: Cast) -> None:
    answer = upload(cast, {"a.txt": b"a", "b.bin": b"\0"}).json()
    assert answer["added"] == ["a.txt", "b.bin"]
    assert {"Dockerfile", "a.txt", "b.bin"} <= {file["path"] for file in answer["files"]}
    assert answer["context"]["files"] == len([file for file in answer["files"] if file["kind"] == "file"])


def test_paths_come_beside_the_files_for_a_browser_sends_last_names_only(cast: Cast) -> None:
    assert upload(cast, {"a.txt": b"a", "b.txt": b"b"}, path=["src/a.txt", "lib/b.txt"]).json()["added"] == [
        "src/a.txt",
        "lib/b.txt",
    ]


def test_an_upload_goes_into_the_folder_named(cast: Cast) -> None:
    assert upload(cast, {"a.txt": b"a"}, into="/deep/er/").json()["added"] == ["deep/er/a.txt"]


@pytest.mark.parametrize("into", ["..", "a/../..", "\0"])
def test_an_upload_out_of_the_project_is_refused(into: str, cast: Cast) -> None:
    files = File.objects.count()
    assert error(upload(cast, {"a.txt": b"a"}, into=into), 422)["field"] == "path"
    assert File.objects.count() == files


def test_an_archive_is_unpacked_when_asked(cast: Cast) -> None:
    packed = tar_of({"./one.txt": b"1", "sub/two.txt": b"2"})
    assert upload(cast, {"all.tar.gz": packed}, unpack="1", into="x").json()["added"] == ["x/one.txt", "x/sub/two.txt"]
    assert upload(cast, {"all.tar.gz": packed}).json()["added"] == ["all.tar.gz"]


def test_an_upload_with_one_bad_name_adds_nothing(cast: Cast) -> None:
    files = File.objects.count()
    error(upload(cast, {"a.tar": tar_of({"good.txt": b"", "../evil.txt": b""})}, unpack="1"), 422)
    assert File.objects.count() == files


def test_an_empty_upload_is_refused(cast: Cast) -> None:
    assert error(upload(cast, {}), 422)["code"] == "nothing-uploaded"


def test_an_upload_over_the_limit_is_refused_before_it_is_looked_into(cast: Cast) -> None:
    refusal = error(upload(cast, {"huge.tar": b"\0" * (limit("upload.bytes") + MIB)}, unpack="1"), 413)
    assert refusal["message"] == "The upload has 11 MiB; an upload may have 10 MiB."


def test_the_archive_holds_the_project(cast: Cast) -> None:
    answer: Any = cast.as_owner.get(f"/api/{here(cast, 'archive/')}")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-first-image.tar.gz"'
    with tarfile.open(fileobj=io.BytesIO(b"".join(answer.streaming_content))) as tar:
        assert tar.getnames() == ["Dockerfile", "greeting.txt"]


# --- how often --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "key", "window", "who"),
    [
        ("writes", "rate.writes_address", 60, "127.0.0.1"),
        ("writes", "rate.writes", 60, "{owner}"),
        ("builds", "rate.builds", 3600, "{owner}"),
        ("builds", "rate.builds_address", 3600, "127.0.0.1"),
    ],
)
def test_too_many_are_answered_429_with_the_time_to_wait(
    what: str, key: str, window: int, who: str, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ratelimit, "time", SimpleNamespace(time=lambda: 7200.0 * 1000 + 7))  # all in one window
    for _ in range(limit(key)):
        ratelimit.check(what=what, who=who.format(owner=cast.owner.id), most=limit(key), window=window)
    answer = ask(cast.as_owner, "POST", here(cast, "builds/"), {"reference": "hello:1"})
    assert error(answer, 429)["code"] == "too-fast"
    assert answer.headers["Retry-After"] == str(window - 7)


def test_new_guests_from_one_address_are_limited_and_nobody_is_made(cast: Cast) -> None:
    for _ in range(limit("rate.guests_address")):
        ratelimit.check(what="new guests", who="127.0.0.1", most=10**6, window=3600)
    answer = ask(cast.as_stranger, "POST", "projects/")
    assert error(answer, 429)["code"] == "too-fast"
    assert not answer.cookies


def test_looking_is_never_refused_for_being_often(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**asked: object) -> None:
        raise AssertionError(f"counted {asked}")

    monkeypatch.setattr(ratelimit, "check", refuse)
    assert ask(cast.as_owner, "GET", "state/").status_code == 200
    assert counts.get("nothing") is None


def test_a_strangers_write_to_a_project_makes_no_guest(cast: Cast) -> None:
    answer = ask(cast.as_stranger, "PATCH", here(cast), {"name": "mine"})
    assert error(answer, 404)["code"] == "not-found"
    assert not answer.cookies


# --- snapshots --------------------------------------------------------------------------------------------------------


def test_a_strangers_state_is_empty_and_complete(cast: Cast) -> None:
    state = ask(cast.as_stranger, "GET", "state/").json()
    assert (state["learner"], state["workspace"]) == (None, None)
    assert [state[key] for key in ("projects", "images", "containers", "builds")] == [[], [], [], []]
    assert state["usage"]["projects"] == 0
    assert state["usage"]["projects_limit"] == limit("learner.projects")


def test_the_owners_state_has_one_of_each(cast: Cast) -> None:
    state = ask(cast.as_owner, "GET", "state/").json()
    assert state["learner"] == {"id": cast.owner.id, "name": cast.owner.name, "guest": True}
    assert state["workspace"]["stream"] == cast.owner.workspace.stream
    assert [image["reference"] for image in state["images"]] == ["hello:1"]
    assert [build["stream"] for build in state["builds"]] == [cast.build.stream]
    assert [container["state"] for container in state["containers"]] == ["running"]


@pytest.mark.django_db(databases=["default", "events"], transaction=True)
def test_a_snapshot_carries_the_number_in_the_log_it_stands_for(cast: Cast) -> None:
    before = ask(cast.as_owner, "GET", "state/").json()["workspace"]["seq"]
    put(cast, "new.txt", "text", **{"If-None-Match": "*"})
    assert ask(cast.as_owner, "GET", "state/").json()["workspace"]["seq"] == before + 1
    assert ask(cast.as_owner, "GET", here(cast)).json()["project"]["seq"] == before + 1


@pytest.mark.django_db(databases=["default", "events"], transaction=True)
def test_a_build_is_queued_once_and_put_on_the_workers_queue(cast: Cast, sent: list[tuple[str, str]]) -> None:
    wish = {"reference": "other:1"}
    first = ask(cast.as_owner, "POST", here(cast, "builds/"), wish)
    second = ask(cast.as_owner, "POST", here(cast, "builds/"), wish)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["build"]["id"] == second.json()["build"]["id"]
    assert sent == [("run_build", first.json()["build"]["id"])]


def test_cancelling_twice_has_one_effect_and_a_clear_answer(cast: Cast) -> None:
    answers = [ask(cast.as_owner, "POST", f"builds/{cast.build.id}/cancel/").json() for _ in range(2)]
    assert [answer["did"] for answer in answers] == [True, False]
    assert [answer["build"]["state"] for answer in answers] == ["cancelled", "cancelled"]


def test_deleting_a_project_can_be_undone(cast: Cast) -> None:
    undo = ask(cast.as_owner, "DELETE", here(cast)).json()
    assert error(ask(cast.as_owner, "GET", here(cast)), 404)
    assert ask(cast.as_owner, "POST", "restore/", undo).json()["project"]["id"] == cast.project.id
    assert ask(cast.as_owner, "GET", here(cast)).status_code == 200


def test_deleting_a_file_can_be_undone(cast: Cast) -> None:
    deleted = ask(cast.as_owner, "POST", here(cast, "delete/"), {"path": "greeting.txt"}).json()
    assert [file["path"] for file in deleted["files"]] == ["Dockerfile"]
    restored = ask(cast.as_owner, "POST", here(cast, "restore/"), {"undo": deleted["undo"]}).json()
    assert [file["path"] for file in restored["files"]] == ["Dockerfile", "greeting.txt"]


def test_a_projects_name_is_the_learners_in_the_answer(cast: Cast) -> None:
    answer = ask(cast.as_owner, "PATCH", here(cast), {"name": "  Two   words "})
    assert answer.json()["project"]["name"] == Project.objects.get(pk=cast.project.id).name == "Two words"


# --- health -----------------------------------------------------------------------------------------------------------

PARTS = ["web", "redis", "worker", "builder", "gateway", "engine", "disk", "images"]


def health() -> dict[str, Any]:
    answer: HttpResponse = client_of(None).get("/health.json")  # type: ignore[assignment]
    assert answer.status_code == 200
    report: dict[str, Any] = json.loads(answer.content)
    return report


def test_health_names_every_part_with_a_sentence_and_what_is_down_with_a_fix() -> None:
    report = health()
    assert set(report) == {"state", "parts", "limits", "trial"}
    assert [part["key"] for part in report["parts"]] == PARTS
    for part in report["parts"]:
        assert set(part) == {"key", "title", "state", "sentence", "fix"}
        assert part["state"] in {"ok", "starting", "down"}
        assert part["sentence"].endswith(".")
        assert (part["state"] == "down") <= bool(part["fix"])


def test_health_is_down_when_most_is_down_and_degraded_when_something_is() -> None:
    assert health()["state"] == "down"
    for part in ("sweep", "builder", "gateway", "engine"):
        Pulse.objects.create(part=part, at=timezone.now(), note="Docker 20.10")
    report = health()
    assert report["state"] == "degraded"
    assert {part["key"] for part in report["parts"] if part["state"] == "ok"} == {
        "web", "worker", "builder", "gateway", "engine", "disk",
    }  # fmt: skip


def test_a_part_that_has_not_been_heard_of_for_a_while_is_down() -> None:
    Pulse.objects.create(part="gateway", at=timezone.now() - timedelta(seconds=13))
    assert next(part for part in health()["parts"] if part["key"] == "gateway")["state"] == "down"


def test_an_engine_that_said_it_is_down_is_down_at_once() -> None:
    Pulse.objects.create(part="engine", at=timezone.now(), ok=False, note="It does not answer.")
    engine = next(part for part in health()["parts"] if part["key"] == "engine")
    assert engine["state"] == "down"
    assert engine["sentence"] == "Images cannot be built or run. It does not answer."
