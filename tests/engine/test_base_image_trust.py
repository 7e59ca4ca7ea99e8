"""What base images get of the machine where package installs are allowed, and that caches stay honest."""

import io
import tarfile
from pathlib import Path

import pytest

from playground.engine import base_images
from playground.engine.base_image_trust import BUNDLE, NOTHING, Trust, extended, trust_of
from playground.engine.base_images import CATALOGUE
from tests.engine.lab.egress_machine import machine

ON = {"DRYDOCK_EGRESS": "packages"}
ONE = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
TWO = ONE.replace("AAAA", "BBBB")
FOLDER = "/usr/local/share/ca-certificates"


def archive(path: Path, files: dict[str, str]) -> Path:
    """A root file system of these files, named as mmdebstrap names them."""
    with tarfile.open(path, "w") as tar:
        for name, text in files.items():
            entry = tarfile.TarInfo(f"./{name}")
            entry.size = len(text.encode())
            entry.pax_headers = {"SCHILY.xattr.user.x": "kept"}
            tar.addfile(entry, io.BytesIO(text.encode()))
    return path


def contents(path: Path) -> dict[str, str]:
    """Files by name with their text, links with what they lead to; fails when a name stands twice."""
    found: dict[str, str] = {}
    with tarfile.open(path) as tar:
        for entry in tar:
            name = entry.name.removeprefix("./")
            assert name not in found
            content = tar.extractfile(entry) if entry.isfile() else None
            found[name] = f"-> {entry.linkname}" if entry.issym() else content.read().decode() if content else ""
    return found


def test_without_package_installs_images_get_nothing(tmp_path: Path) -> None:
    there = machine(
        tmp_path, {f"{FOLDER}/a.crt": ONE, "/etc/pip.conf": "[global]\nindex-url=https://packages.example/\n"}
    )
    assert trust_of({}, there) == NOTHING
    assert not NOTHING
    assert NOTHING.hash == ""


def test_only_certificates_are_taken_wherever_they_lie(tmp_path: Path) -> None:
    files = {
        f"{FOLDER}/a.crt": f"a comment\n{ONE}-----BEGIN PRIVATE KEY-----\nSECRET\n-----END PRIVATE KEY-----\n{TWO}",
        f"{FOLDER}/school/b.crt": TWO,
        f"{FOLDER}/c.pem": ONE,
        f"{FOLDER}/empty.crt": "nothing",
        f"{FOLDER}/huge.crt": ONE + "x" * (1 << 20),
    }
    trust = trust_of(ON, machine(tmp_path, files))
    assert trust.certificates == (("a.crt", ONE + TWO), ("school-b.crt", TWO))
    assert "SECRET" not in repr(trust)


def test_the_links_of_the_machine_come_with_them(tmp_path: Path) -> None:
    there = machine(
        tmp_path, {f"{FOLDER}/a.crt": ONE, "/etc/ssl/certs/ca-certificates.crt": ONE, "/etc/other.crt": TWO}
    )
    certs = tmp_path / "etc/ssl/certs"
    (certs / "a.pem").symlink_to(tmp_path / "usr/local/share/ca-certificates/a.crt")
    (certs / "12345678.0").symlink_to("a.pem")
    (certs / "87654321.0").symlink_to(tmp_path / "etc/other.crt")
    assert trust_of(ON, there).links == (("12345678.0", "a.crt"),)


def test_configured_indexes_come_with_them_but_no_password(tmp_path: Path) -> None:
    files = {
        "/etc/pip.conf": "[global]\nindex-url=https://packages.example/\n",
        "~/.npmrc": "registry=https://r.example/\n",
    }
    trust = trust_of(ON, machine(tmp_path, files))
    assert trust.files == (
        ("etc/pip.conf", "[global]\nindex-url = https://packages.example/\n"),
        ("etc/npmrc", "registry=https://r.example/\n"),
    )
    files = {
        "/etc/pip.conf": "[global]\nindex-url=https://user:secret@packages.example/\n",
        "~/.npmrc": "registry=file:/x\n",
    }
    assert trust_of(ON, machine(tmp_path, files)).files == ()


def test_an_archive_has_each_path_once_and_all_else_as_it_was(tmp_path: Path) -> None:
    plain = archive(
        tmp_path / "plain.tar", {"bin/sh": "x" * 10_000, BUNDLE: "theirs\n", "etc/pip.conf": "old", "z": "last"}
    )
    trust = Trust((("a.crt", ONE),), (("12345678.0", "a.crt"),), (("etc/pip.conf", "new"),))
    whole = contents(extended(plain, trust, tmp_path / "whole.tar"))
    assert whole == {
        "bin/sh": "x" * 10_000,
        "z": "last",
        f"{FOLDER[1:]}/a.crt": ONE,
        BUNDLE: f"theirs\n{ONE}",
        "etc/ssl/certs/12345678.0": f"-> {FOLDER}/a.crt",
        "etc/pip.conf": "new",
    }
    with tarfile.open(tmp_path / "whole.tar") as tar:
        assert tar.getmember("./bin/sh").pax_headers["SCHILY.xattr.user.x"] == "kept"


def test_an_image_without_ca_certificates_has_them_ready_for_whoever_installs_those(tmp_path: Path) -> None:
    plain = archive(tmp_path / "plain.tar", {"bin/sh": "x"})
    trust = Trust((("a.crt", ONE),), (("12345678.0", "a.crt"),))
    assert contents(extended(plain, trust, tmp_path / "whole.tar")) == {"bin/sh": "x", f"{FOLDER[1:]}/a.crt": ONE}


@pytest.mark.parametrize(
    "other", [Trust((("a.crt", TWO),)), Trust((("b.crt", ONE),)), Trust(files=(("a", ONE),)), NOTHING]
)
def test_another_trust_is_another_version_of_an_image(other: Trust) -> None:
    image, mine = CATALOGUE[0], Trust((("a.crt", ONE),))
    assert base_images._version(image, NOTHING) == image.recipe.hash
    assert base_images._version(image, mine) == f"{image.recipe.hash}-{mine.hash}"
    assert base_images._version(image, other) != base_images._version(image, mine)
