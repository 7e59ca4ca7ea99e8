"""What must not be accepted is refused with field, reason and smallest fix, and nothing is written."""

import io
import tarfile
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from tests.support.client import Learner, dockerfile_project

DEEP = "/".join("abcdefghijklmnopqrs")


@pytest.fixture
def project(learner: Learner) -> str:
    made: str = learner.new_project()["id"]
    return made


def paths(learner: Learner, project: str) -> list[str]:
    """The project's files."""
    return [file["path"] for file in learner.call("GET", f"/api/projects/{project}/")["project"]["files"]]


def error_of(answer: Any, status: int) -> dict[str, Any]:
    """The refusal, which must have a sentence."""
    assert answer.status_code == status, answer.text
    error: dict[str, Any] = answer.json()["error"]
    assert error["message"].endswith((".", "?", "!"))
    return error


@pytest.mark.parametrize(
    "name",
    ["../x", "a/../../x", "/etc/passwd", "a\0b", "x" * 5000, "a\\b", ".", "a//b", "a/ b", "\n", DEEP],
)  # fmt: skip
def test_a_bad_file_name_is_refused_and_nothing_is_written(name: str, learner: Learner, project: str) -> None:
    before = paths(learner, project)
    for call, body in (("folders", {"path": name}), ("move", {"from": "Dockerfile", "to": name})):
        error = error_of(learner.send("POST", f"/api/projects/{project}/{call}/", json=body), 422)
        assert error["field"] in {"path", "to"}
        assert error["fix"]
    assert paths(learner, project) == before


def test_a_name_that_is_not_utf_8_is_refused(learner: Learner, project: str) -> None:
    before = paths(learner, project)
    answer = learner.send("PUT", f"/api/projects/{project}/files/%ff%fe.txt", data=b"x", headers={"If-None-Match": "*"})
    assert 400 <= answer.status_code < 500
    assert paths(learner, project) == before


def test_a_file_over_the_limit_names_both_numbers(learner: Learner, project: str) -> None:
    where = f"/api/projects/{project}/files/{quote('big.bin')}"
    error = error_of(learner.send("PUT", where, data=b"\0" * (3 << 20), headers={"If-None-Match": "*"}), 413)
    assert "3 MiB" in error["message"]
    assert "1 MiB" in error["message"]
    assert "big.bin" not in paths(learner, project)


def test_a_save_over_an_unseen_version_is_a_conflict(learner: Learner, project: str) -> None:
    where = f"/api/projects/{project}/files/Dockerfile"
    seen = learner.get(where).headers["ETag"]
    assert learner.send("PUT", where, data=b"FROM busybox\n", headers={"If-Match": seen}).ok
    error = error_of(learner.send("PUT", where, data=b"FROM scratch\n", headers={"If-Match": seen}), 409)
    assert error["code"] == "conflict"
    assert error["theirs"]["path"] == "Dockerfile"
    assert learner.get(where).content == b"FROM busybox\n"


def test_the_same_save_sent_twice_is_one_save(learner: Learner, project: str) -> None:
    where = f"/api/projects/{project}/files/Dockerfile"
    seen = learner.get(where).headers["ETag"]
    first = learner.send("PUT", where, data=b"FROM busybox\n", headers={"If-Match": seen})
    second = learner.send("PUT", where, data=b"FROM busybox\n", headers={"If-Match": seen})
    assert first.json()["file"] == second.json()["file"]


def archive(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    """A .tar.gz with these members."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for info, content in members:
            info.size = len(content) if info.isreg() else 0
            tar.addfile(info, io.BytesIO(content) if info.isreg() else None)
    return packed.getvalue()


def link(name: str, target: str) -> tarfile.TarInfo:
    """A symbolic link."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = tarfile.SYMTYPE, target
    return info


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (archive((tarfile.TarInfo("../evil"), b"x")), 422),
        (archive((tarfile.TarInfo("/etc/evil"), b"x")), 422),
        (archive((link("inside", "/etc/passwd"), b"")), 422),
        (archive((tarfile.TarInfo("bomb"), b"\0" * (64 << 20))), 413),
        (archive(*((tarfile.TarInfo(f"f{number}"), b"") for number in range(3000))), 413),
        (b"this is no archive", 422),
    ],
    ids=["outside", "absolute", "symlink", "bomb", "many", "nonsense"],
)
def test_a_hostile_archive_is_refused_whole(content: bytes, status: int, learner: Learner, project: str) -> None:
    before = paths(learner, project)
    answer = learner.send(
        "POST", f"/api/projects/{project}/upload/", files={"file": ("a.tar.gz", content)}, data={"unpack": "1"}
    )
    error_of(answer, status)
    assert paths(learner, project) == before


def test_a_good_archive_is_unpacked(learner: Learner, project: str) -> None:
    content = archive((tarfile.TarInfo("src/app.py"), b"print(1)\n"), (tarfile.TarInfo("logo.png"), b"\x89PNG\0"))
    learner.call(
        "POST", f"/api/projects/{project}/upload/", files={"file": ("a.tar.gz", content)}, data={"unpack": "1"}
    )
    assert {"src", "src/app.py", "logo.png"} <= set(paths(learner, project))


@pytest.mark.parametrize(
    ("dockerfile", "line", "word"),
    [
        ("", 1, "FROM"),
        ("FROM busybox\nRUNN true\n", 2, "RUN"),
        ("FROM nosuchimage:1\n", 1, "Use "),
        ("FROM busybox\nCOPY greting.txt /\n", 2, "greeting.txt"),
        ("RUN true\n", 1, "FROM"),
        ("FROM busybox\nCOPY --from=nowhere /a /b\n", 2, "nowhere"),
        ("FROM busybox\nADD http://example.com/x /x\n", 2, "ADD"),
    ],
    ids=["empty", "unknown-instruction", "unknown-image", "missing-file", "no-from", "unknown-stage", "add-url"],
)
def test_a_bad_dockerfile_is_refused_before_anything_is_queued(
    dockerfile: str, line: int, word: str, learner: Learner, project: str, base_image: Callable[..., None]
) -> None:
    base_image()
    learner.put_file(project, "Dockerfile", dockerfile)
    error = error_of(learner.send("POST", f"/api/projects/{project}/builds/", json={"reference": "bad:1"}), 422)
    assert error["line"] == line
    assert word in error["message"] + error["fix"]
    assert error["problems"][0]["column"] >= 1
    assert learner.state()["builds"] == []


def test_what_the_ignore_file_excludes_is_named_with_its_line(
    learner: Learner, project: str, base_image: Callable[..., None]
) -> None:
    base_image()
    learner.put_file(project, ".dockerignore", "# nothing\n*.txt\n")
    error = error_of(learner.send("POST", f"/api/projects/{project}/builds/", json={"reference": "bad:1"}), 422)
    assert "greeting.txt" in error["message"]
    assert ".dockerignore" in error["message"] + error["fix"]


@pytest.mark.parametrize("reference", ["Bad Name", "UPPER:1", "a/b/c/d:1", "x:" + "y" * 200, ""])
def test_a_bad_image_name_is_refused_with_one_that_would_do(reference: str, learner: Learner, project: str) -> None:
    answer = learner.send("POST", f"/api/projects/{project}/builds/", json={"reference": reference})
    error = error_of(answer, 422)
    assert error["field"] == "reference"
    assert error["fix"]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"reference": 1}', b'{"reference": "a:1", "more": 1}', b"[" * 5000]
)
def test_a_malformed_body_is_a_bad_request(body: bytes, learner: Learner, project: str) -> None:
    headers = {"Content-Type": "application/json"}
    error_of(learner.send("POST", f"/api/projects/{project}/builds/", data=body, headers=headers), 400)


def test_a_write_without_the_token_is_forbidden(learner: Learner, project: str) -> None:
    answer = learner.http.post(f"{learner.url}/api/projects/{project}/folders/", json={"path": "x"}, timeout=10)
    assert answer.status_code == 403
    assert "x" not in paths(learner, project)


def test_no_door_opens_for_another_learner(
    learner: Learner, new_learner: Callable[[], Learner], base_image: Callable[..., None]
) -> None:
    base_image()
    project = dockerfile_project(learner, "RUN true")
    build = learner.build(project)
    image = learner.built(build["id"])["image"]
    container = learner.run(image)["id"]
    other, stranger = new_learner(), new_learner()
    other.new_project()
    for visitor in (other, stranger):
        for path in (f"/api/projects/{project}/", f"/api/projects/{project}/files/Dockerfile",
                     f"/api/projects/{project}/archive/", f"/api/builds/{build['id']}/"):  # fmt: skip
            assert visitor.get(path).status_code == 404, path
        for method, path, body in (
            ("PATCH", f"/api/projects/{project}/", {"name": "mine"}),
            ("DELETE", f"/api/projects/{project}/", None),
            ("POST", f"/api/projects/{project}/folders/", {"path": "x"}),
            ("POST", f"/api/projects/{project}/move/", {"from": "Dockerfile", "to": "x"}),
            ("POST", f"/api/projects/{project}/delete/", {"path": "Dockerfile"}),
            ("POST", f"/api/projects/{project}/builds/", {"reference": "a:1"}),
            ("POST", f"/api/projects/{project}/check/", {}),
            ("POST", f"/api/builds/{build['id']}/cancel/", {}),
            ("POST", f"/api/images/{image}/tag/", {"reference": "mine:1"}),
            ("DELETE", f"/api/images/{image}/", None),
            ("POST", "/api/containers/", {"image": image}),
            ("POST", f"/api/containers/{container}/stop/", {}),
            ("POST", f"/api/containers/{container}/remove/", {}),
        ):
            assert visitor.send(method, path, json=body).status_code == 404, (method, path)
        assert visitor.call("GET", "/api/images/")["images"] == []
        assert visitor.call("GET", "/api/containers/")["containers"] == []
    assert "Dockerfile" in paths(learner, project)
