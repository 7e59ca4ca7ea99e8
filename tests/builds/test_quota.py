"""What a project may hold."""

import pytest

from playground.accounts.models import Learner
from playground.builds.models import File
from playground.builds.quota import check_room, usage
from tests.builds.support import Sent, SetLimits, force, image_of, project_of, refuses, run


def live(*sizes: int) -> dict[str, File]:
    """Files of these sizes."""
    return {f"f{number}": File(path=f"f{number}", size=size) for number, size in enumerate(sizes)}


def test_a_file_over_the_limit_is_refused_with_both_numbers(set_limits: SetLimits) -> None:
    set_limits("file.bytes=1024")
    with refuses("file-too-large", 413) as caught:
        check_room({}, path="app.bin", size=3072)
    assert "app.bin has 3 KiB" in caught.value.message
    assert "1 KiB" in caught.value.message
    check_room({}, path="app.bin", size=1024)


def test_a_project_over_its_size_is_refused_with_both_numbers(set_limits: SetLimits) -> None:
    set_limits("project.bytes=2048")
    with refuses("project-too-large", 413) as caught:
        check_room(live(1024, 1000), path="new", size=1024)
    assert "3 KiB" in caught.value.message
    assert "2 KiB" in caught.value.message
    check_room(live(1024), path="new", size=1024)


def test_a_file_takes_its_own_place_when_it_is_saved_again(set_limits: SetLimits) -> None:
    set_limits("project.bytes=2048,project.files=2")
    check_room(live(1024, 1024), path="f1", size=1024)


def test_too_many_files_are_refused_with_both_numbers(set_limits: SetLimits) -> None:
    set_limits("project.files=2")
    with refuses("too-many-files", 413) as caught:
        check_room(live(1, 1), path="new", size=1)
    assert "3 files and folders; 2 are allowed" in caught.value.message


def test_usage_of_a_stranger_is_nothing_with_the_limits() -> None:
    used = usage(None)
    assert (used["projects"], used["images"], used["containers"], used["running"]) == (0, 0, 0, 0)
    assert used["projects_limit"] == 20


@pytest.mark.django_db(databases=["default", "events"], transaction=True)
def test_usage_counts_what_a_learner_has(ada: Learner, bob: Learner, sent: Sent) -> None:
    project_of(ada)
    image_of(bob)
    image = image_of(ada)
    containers = [run(ada, image) for _ in range(3)]
    force(containers[0], state="removed")
    force(containers[1], state="exited")
    used = usage(ada)
    assert (used["projects"], used["images"], used["containers"], used["running"]) == (1, 1, 2, 1)
