"""A project as an archive to take home."""

import io
import tarfile

import pytest

from playground.accounts.models import Learner
from playground.builds import archive
from playground.builds.models import Project
from playground.builds.services import files
from tests.builds.support import Sent, force, project_of, save

pytestmark = pytest.mark.django_db(databases=["default", "events"], transaction=True)


def members(project: Project) -> dict[str, tarfile.TarInfo]:
    """What the archive holds."""
    with tarfile.open(fileobj=io.BytesIO(archive.pack(project)), mode="r:gz") as tar:
        return {member.name: member for member in tar}


def test_an_archive_holds_files_and_folders_as_they_are(ada: Learner, sent: Sent) -> None:
    project = project_of(ada, {"Dockerfile": "FROM busybox\n", "src/ü.bin": b"\0\xff"})
    files.make_folder(learner=ada, project=project, path="empty")
    with tarfile.open(fileobj=io.BytesIO(archive.pack(project)), mode="r:gz") as tar:
        assert tar.getnames() == ["Dockerfile", "empty", "src", "src/ü.bin"]
        reader = tar.extractfile("src/ü.bin")
        assert reader is not None
        assert reader.read() == b"\0\xff"
        assert tar.getmember("empty").isdir()


def test_a_program_stays_executable(ada: Learner, sent: Sent) -> None:
    project = project_of(ada, {"plain": "x"})
    force(save(ada, project, "run.sh", "#!/bin/sh\n"), executable=True)
    assert (members(project)["run.sh"].mode, members(project)["plain"].mode) == (0o755, 0o644)


def test_what_was_deleted_is_not_in_the_archive(ada: Learner, sent: Sent) -> None:
    project = project_of(ada, {"keep": "x", "gone": "y"})
    files.delete_file(learner=ada, project=project, path="gone")
    assert list(members(project)) == ["keep"]


def test_what_is_taken_home_can_be_uploaded_again(ada: Learner, sent: Sent) -> None:
    project = project_of(ada, {"a/b/c.txt": "deep"})
    assert members(project)["a/b/c.txt"].size == 4


@pytest.mark.parametrize(
    ("name", "file_name"),
    [
        ("My first image", "my-first-image.tar.gz"),
        ("../../etc/passwd", "etc-passwd.tar.gz"),
        ('a"b\r\nc', "a-b-c.tar.gz"),
        ("日本", "project.tar.gz"),
        ("", "project.tar.gz"),
    ],
)
def test_the_archives_name_is_plain(name: str, file_name: str) -> None:
    assert archive.file_name(Project(name=name)) == file_name
