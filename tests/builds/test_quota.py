"""What a project may hold."""

import pytest

from playground.accounts.models import Learner
from playground.builds.models import File
from playground.builds.quota import check_image_bytes, check_room, image_refused, usage
from tests.builds.support import Sent, SetLimits, force, image_of, project_of, queued, refuses, run


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


# --- the size of images -------------------------------------------------------------------------------------------

database = pytest.mark.django_db(databases=["default", "events"], transaction=True)


@database
def test_with_no_byte_left_a_build_is_refused_with_both_numbers_unless_it_replaces_a_large_one(
    ada: Learner, sent: Sent, set_limits: SetLimits
) -> None:
    set_limits("learner.image_bytes=2048")
    image_of(ada, "big:1", own=[["a", 2000]])
    check_image_bytes(ada, "new:1")
    image_of(ada, "small:1", "sha256:s", own=[["b", 1072]])
    with refuses("images-too-large", 413) as caught:
        check_image_bytes(ada, "new:1")
    assert "3 KiB beyond their base images; 2 KiB are allowed" in caught.value.message
    assert "Remove an image" in caught.value.fix
    check_image_bytes(ada, "big:1")


@database
def test_an_image_counts_with_the_others_and_without_the_one_it_replaces(
    ada: Learner, bob: Learner, sent: Sent, set_limits: SetLimits
) -> None:
    set_limits("learner.image_bytes=2048,image.bytes=4096")
    image_of(ada, "a:1", own=[["a", 1024]])
    image_of(bob, "a:1", own=[["z", 9999]])
    assert image_refused(ada, "b:1", size=3000, own=[("b", 1024)]) is None
    refused = image_refused(ada, "b:1", size=3000, own=[("b", 2048)])
    assert refused is not None
    assert refused.message == "With this image yours would have 3 KiB beyond their base images; 2 KiB are allowed."
    assert image_refused(ada, "a:1", size=3000, own=[("b", 2048)]) is None
    assert image_refused(ada, "b:1", size=3000, own=[("a", 1024), ("b", 1024)]) is None, (
        "a layer they share counts once"
    )


@database
def test_an_image_that_is_too_large_alone_is_refused_for_that(ada: Learner, sent: Sent, set_limits: SetLimits) -> None:
    set_limits("image.bytes=1024")
    refused = image_refused(ada, "b:1", size=2048, own=[])
    assert refused is not None
    assert (refused.code, "has 2 KiB; an image may have 1 KiB" in refused.message) == ("image-too-large", True)


@database
def test_usage_has_every_quota_beside_its_limit(ada: Learner, sent: Sent) -> None:
    image_of(ada, "a:1", own=[["a", 10]])
    image_of(ada, "a:2", own=[["a", 10], ["b", 5]])
    queued(ada)
    used = usage(ada)
    assert (used["image_bytes"], used["builds"], used["run_seconds"]) == (15, 1, 0)
    assert {f"{name}_limit" for name in ("image_bytes", "builds", "run_seconds", "images", "running")} <= set(used)
