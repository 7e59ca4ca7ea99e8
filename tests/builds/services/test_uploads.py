"""Uploads: files as they are, and archives."""

import gzip
import io
import tarfile
import tracemalloc
from collections.abc import Mapping
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.accounts.errors import Refused
from playground.accounts.models import Learner
from playground.builds import access, blobs
from playground.builds.models import File, Project
from playground.builds.services import uploads
from tests.builds.support import SetLimits, paths_of, project_of, refuses

pytestmark = pytest.mark.django_db(databases=["default", "events"], transaction=True)

Member = tarfile.TarInfo | tuple[str, bytes]


def tar(*members: Member, mode: str = "w") -> bytes:
    """An archive of these members."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as archive:  # type: ignore[call-overload]
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                archive.addfile(member)
                continue
            entry = tarfile.TarInfo(member[0])
            entry.size = len(member[1])
            archive.addfile(entry, io.BytesIO(member[1]))
    return packed.getvalue()


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    """A member that is no file."""
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, target
    return entry


def upload(learner: Learner, project: Project, *parts: tuple[str, bytes], unpack: bool = True) -> list[File]:
    """Upload these files."""
    files: list[tuple[str, UploadedFile[Any]]] = [(path, SimpleUploadedFile("x", content)) for path, content in parts]
    return uploads.upload_files(learner=learner, project=project, uploads=files, unpack=unpack)


def contents(project: Project) -> Mapping[str, bytes]:
    """Path → content."""
    return {file.path: blobs.read(file.sha256) for file in access.files_of(project) if file.kind == "file"}


def test_files_are_added_as_they_are(ada: Learner) -> None:
    project = project_of(ada)
    added = upload(ada, project, ("a.txt", b"text"), ("img/logo.png", b"\x89PNG\0\xff"))
    assert contents(project) == {"a.txt": b"text", "img/logo.png": b"\x89PNG\0\xff"}
    assert [(file.path, file.binary) for file in added] == [("a.txt", False), ("img/logo.png", True)]


@pytest.mark.parametrize(("name", "mode"), [("x.tar", "w"), ("x.tar.gz", "w:gz"), ("x.tgz", "w:gz")])
def test_an_archive_is_unpacked_into_its_folder(name: str, mode: str, ada: Learner) -> None:
    project = project_of(ada)
    folder = special("src", tarfile.DIRTYPE)
    upload(ada, project, (f"in/{name}", tar(folder, ("./src/a.txt", b"1"), ("b", b"\0"), mode=mode)))
    assert contents(project) == {"in/src/a.txt": b"1", "in/b": b"\0"}


def test_an_archive_that_is_not_to_be_unpacked_is_a_file(ada: Learner) -> None:
    project, packed = project_of(ada), tar(("a", b"1"))
    upload(ada, project, ("x.tar", packed), unpack=False)
    assert contents(project) == {"x.tar": packed}


@pytest.mark.parametrize(
    "member",
    [
        special("link", tarfile.SYMTYPE, "/etc/passwd"),
        special("link", tarfile.SYMTYPE, "a"),
        special("hard", tarfile.LNKTYPE, "a"),
        special("dev", tarfile.CHRTYPE),
        special("pipe", tarfile.FIFOTYPE),
    ],
    ids=["symlink-out", "symlink-in", "hard-link", "device", "pipe"],
)
def test_a_link_or_a_device_is_refused_by_its_name_and_nothing_is_written(
    member: tarfile.TarInfo, ada: Learner
) -> None:
    project = project_of(ada)
    with refuses("archive-link") as caught:
        upload(ada, project, ("x.tar", tar(("a", b"1"), member)))
    assert member.name in caught.value.message
    assert paths_of(project) == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../out", "name-outside"),
        ("a/../../out", "name-outside"),
        ("/etc/passwd", "name-absolute"),
        ("a\\b", "name-absolute"),
        ("x" * 5000, "name-too-long"),
        ("not\udcffutf8", "name-control"),
    ],
)
def test_a_member_that_leads_out_of_the_project_is_refused_and_nothing_is_written(
    name: str, code: str, ada: Learner
) -> None:
    project = project_of(ada)
    with refuses(code):
        upload(ada, project, ("x.tar", tar(("fine", b"1"), (name, b"2"))))
    assert paths_of(project) == []


def test_a_file_over_the_limit_is_refused_with_both_numbers_and_the_rest_with_it(
    ada: Learner, set_limits: SetLimits
) -> None:
    project = project_of(ada, {"there": "1"})
    set_limits("file.bytes=1024")
    with refuses("file-too-large", 413) as caught:
        upload(ada, project, ("fine", b"1"), ("big", b"x" * 2048))
    assert "big has 2 KiB; a file may have 1 KiB." in caught.value.message
    assert contents(project) == {"there": b"1"}


def test_a_member_over_the_limit_is_refused_with_both_numbers(ada: Learner, set_limits: SetLimits) -> None:
    project = project_of(ada)
    set_limits("file.bytes=1024")
    with refuses("file-too-large", 413) as caught:
        upload(ada, project, ("x.tar.gz", tar(("big", b"x" * 2048), mode="w:gz")))
    assert "2 KiB" in caught.value.message
    assert paths_of(project) == []


@pytest.mark.parametrize(("mode", "found"), [("w", "117.2 KiB in 3 files"), ("w:gz", "more than 117.2 KiB")])
def test_a_bomb_is_stopped_at_the_limit_with_both_numbers(
    mode: str, found: str, ada: Learner, set_limits: SetLimits
) -> None:
    project = project_of(ada)
    set_limits(f"upload.unpacked={120_000 - 5 * uploads.HEADERS},project.files=5")
    bomb = tar(*((f"f{n}", b"\0" * 40_000) for n in range(3)), mode=mode)
    with refuses("archive-too-large", 413) as caught:
        upload(ada, project, ("x.tar", bomb))
    assert found in caught.value.message
    assert "97.2 KiB in 5 files" in caught.value.message
    assert paths_of(project) == []


def test_a_bomb_of_many_files_is_stopped_at_the_limit(ada: Learner, set_limits: SetLimits) -> None:
    project = project_of(ada)
    set_limits("project.files=5")
    with refuses("archive-too-large", 413) as caught:
        upload(ada, project, ("x.tar", tar(*((f"f{n}", b"") for n in range(6)))))
    assert "6 files" in caught.value.message


@pytest.mark.parametrize("kind", ["folders", "header"])
def test_a_bomb_of_headers_is_not_unpacked_into_memory(kind: str, ada: Learner) -> None:
    size = 64 << 20
    if kind == "folders":
        block = special("d", tarfile.DIRTYPE).tobuf()
        bomb = gzip.compress(block * (size // len(block)), 1)
    else:
        pax = special("pax", tarfile.XHDTYPE)
        pax.size = size
        bomb = gzip.compress(pax.tobuf() + b"\0" * size, 1)
    project = project_of(ada)
    tracemalloc.start()
    try:
        with refuses("archive-too-large", 413):
            upload(ada, project, ("x.tar.gz", bomb))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < size // 2


def test_a_size_that_only_the_archive_claims_is_not_believed(ada: Learner) -> None:
    liar = tarfile.TarInfo("liar")
    liar.size = 1 << 40
    project = project_of(ada)
    with refuses("archive-too-large", 413):
        upload(ada, project, ("x.tar", liar.tobuf() + b"short"))
    assert paths_of(project) == []


WHOLE = tar(("a.txt", b"hello" * 50), ("b/c.txt", bytes(range(256))), mode="w:gz")


@pytest.mark.parametrize(
    "broken",
    [b"", b"no archive at all", WHOLE[: len(WHOLE) // 2], WHOLE[:-4], gzip.compress(b"x" * 600), b"\x1f\x8b\x08\0"],
    ids=["empty", "text", "half", "no-checksum", "gzip-of-text", "gzip-header"],
)
def test_a_broken_archive_is_refused_and_nothing_is_written(broken: bytes, ada: Learner) -> None:
    project = project_of(ada)
    with refuses("archive-broken"):
        upload(ada, project, ("x.tar.gz", broken))
    assert paths_of(project) == []


@given(st.binary(max_size=1500) | st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(1, 255)).map(
    lambda change: WHOLE[: change[0]] + bytes([WHOLE[change[0]] ^ change[1]]) + WHOLE[change[0] + 1 :]
))  # fmt: skip
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_bytes_come_as_an_archive_they_are_unpacked_or_refused(packed: bytes) -> None:
    code = "archive-"
    try:
        uploads._unpack(packed, into="", programs=set())
    except Refused as refused:
        code = refused.code
    assert code.startswith("archive-")


def test_a_program_of_an_archive_stays_one_that_may_be_run(ada: Learner) -> None:
    project = project_of(ada)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, mode in (("run.sh", 0o755), ("data.txt", 0o644)):
            entry = tarfile.TarInfo(name)
            entry.mode = mode
            archive.addfile(entry)
    upload(ada, project, ("x.tar", packed.getvalue()))
    assert dict(File.objects.filter(project=project).values_list("path", "executable")) == {
        "run.sh": True,
        "data.txt": False,
    }


def test_an_upload_of_nothing_is_refused(ada: Learner) -> None:
    project = project_of(ada)
    for parts in ([], [("x.tar", tar())]):
        with refuses("nothing-uploaded"):
            upload(ada, project, *parts)
