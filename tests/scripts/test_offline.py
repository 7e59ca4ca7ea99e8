"""From a bundle only what is missing is taken, and apt is shown no other source while it installs."""

import gzip
import os
import subprocess
from pathlib import Path

import pytest

import bundle_file
import offline
from bundle_file import Bundle
from playground.engine import base_images

BUSYBOX = base_images.BY_REFERENCE["busybox:latest"]


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bundle:
    """With busybox, of the base images, and a front end."""
    monkeypatch.setenv("DRYDOCK_STATE", str(tmp_path / "state"))
    folder = tmp_path / "folder"
    (folder / "images").mkdir(parents=True)
    (folder / "images" / f"{BUSYBOX.archive}.gz").write_bytes(gzip.compress(b"busybox"))
    (folder / "front-end" / "assets").mkdir(parents=True)
    (folder / "front-end" / "manifest.json").write_text("{}")
    (folder / "front-end" / "assets" / "a.js").write_text("a")
    bundle_file.write(tmp_path / "b.tar", folder, bundle_file.facts())
    return Bundle(tmp_path / "b.tar")


def test_archives_go_to_the_cache_once(bundle: Bundle, tmp_path: Path) -> None:
    step = offline.images_step(bundle)
    assert not step.is_there()
    step.do()
    assert (tmp_path / "state" / "images" / BUSYBOX.archive).read_bytes() == b"busybox"
    assert step.is_there()


def test_the_front_end_replaces_what_was_there(bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dist = tmp_path / "static" / "dist"
    dist.mkdir(parents=True)
    (dist / "old.js").touch()
    monkeypatch.setattr(offline, "MANIFEST", dist / "manifest.json")
    offline.unpack_front_end(bundle)
    assert sorted(str(path.relative_to(dist)) for path in dist.rglob("*.*")) == ["assets/a.js", "manifest.json"]
    assert [path.name for path in dist.parent.iterdir()] == ["dist"]


def test_apt_knows_the_folder_and_nothing_else(tmp_path: Path) -> None:
    before = os.environ.get("APT_CONFIG")
    with offline.only_source(tmp_path) as env:
        told = subprocess.run(
            ["apt-get", "update", "--print-uris"], env=dict(env), capture_output=True, text=True, check=True
        ).stdout
    sources = {line.split()[0].strip("'") for line in told.splitlines()}
    assert sources
    assert all(source.startswith(f"file:{tmp_path}/debian/") for source in sources)
    assert os.environ.get("APT_CONFIG") == before


def test_who_may_not_install_goes_on(
    bundle: Bundle, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr(offline, "missing_packages", lambda: ["docker.io"])
    offline.install_debian(bundle)
    assert "docker.io: missing here, and installing them needs root on Debian." in capsys.readouterr().out
