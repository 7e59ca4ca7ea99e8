"""Secrets are made once and readable by whom they are shown to; the compose file and the scripts agree."""

import gzip
import re
import stat
from pathlib import Path

import pytest

import bundle_file
import compose
from clone import ROOT
from console import Failed
from playground.engine import base_images

TEXT = compose.FILE.read_text()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where secrets are kept in this test."""
    monkeypatch.setenv("DRYDOCK_SECRETS", str(tmp_path / "secrets"))
    return tmp_path / "secrets"


def test_secrets_are_made_once(folder: Path) -> None:
    compose.make_secrets()
    before = {path.name: path.read_text() for path in folder.iterdir()}
    compose.make_secrets()
    assert {path.name: path.read_text() for path in folder.iterdir()} == before
    assert set(before) == set(re.findall(r"^  (\w+): \{file: ", TEXT, re.MULTILINE))
    assert before["redis_url"] == f"redis://:{before['redis_password']}@redis:6379/0"
    assert len({*before.values()}) == len(before)


def test_the_folder_of_secrets_is_closed_and_its_files_are_not(folder: Path) -> None:
    compose.make_secrets()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o444}


def test_secrets_are_no_part_of_an_image_or_of_the_repository() -> None:
    assert "docker/secrets/" in (ROOT / ".gitignore").read_text()
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert ignored[1] == "*"
    assert not [line for line in ignored if line.startswith("!") and ("secret" in line or "var" in line)]


def test_what_the_images_stand_on_can_all_be_made_here() -> None:
    made = {image.name for image in (*base_images.CATALOGUE, *base_images.SERVICES)}
    assert set(compose.STANDS_ON.values()) <= made
    assert set(compose.STANDS_ON) == set(re.findall(r"BASE_IMAGE: \$\{(\w+):-", TEXT))


def test_the_group_of_the_socket_has_one_number() -> None:
    dockerfiles = [(ROOT / "docker" / f"{name}.Dockerfile").read_text() for name in ("site", "engine")]
    assert all("groupadd --gid 10002 drydock-engine" in text for text in dockerfiles)
    assert 'group_add: ["10002"]' in TEXT


def test_every_port_is_for_this_machine_only() -> None:
    assert re.findall(r"ports: (.*)", TEXT) == ['["127.0.0.1:${DRYDOCK_PORT:-8000}:8000"]']


def test_an_archive_comes_from_the_bundle_where_there_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (image,) = [image for image in base_images.CATALOGUE if image.name == "busybox:latest"]
    monkeypatch.setenv("DRYDOCK_STATE", str(tmp_path / "state"))
    (tmp_path / "folder" / "images").mkdir(parents=True)
    (tmp_path / "folder" / "images" / f"{image.archive}.gz").write_bytes(gzip.compress(b"busybox"))
    bundle_file.write(tmp_path / "b.tar", tmp_path / "folder", bundle_file.facts())
    compose.provide([image], bundle_file.Bundle(tmp_path / "b.tar"))
    assert (compose.cache() / image.archive).read_bytes() == b"busybox"


def test_without_docker_compose_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(Failed, match="apt-get install docker-compose"):
        compose.compose_program()
