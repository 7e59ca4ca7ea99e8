"""Saving, moving, deleting and restoring files."""

from collections.abc import Mapping

import pytest

from playground.accounts.errors import NotFound
from playground.accounts.models import Learner
from playground.builds import access, blobs
from playground.builds.models import File, Project
from playground.builds.services import files
from tests.builds.support import SetLimits, paths_of, project_of, refuses, save, story, told

pytestmark = pytest.mark.django_db(databases=["default", "events"], transaction=True)


def contents(project: Project) -> Mapping[str, bytes]:
    """Path → content of every live file."""
    return {file.path: blobs.read(file.sha256) for file in access.files_of(project) if file.kind == "file"}


def move(learner: Learner, project: Project, source: str, to: str) -> None:
    """Rename or move."""
    files.move_file(learner=learner, project=project, source=source, to=to)


def delete(learner: Learner, project: Project, path: str) -> str:
    """Delete; answers the undo."""
    return files.delete_file(learner=learner, project=project, path=path)


def restore(learner: Learner, project: Project, batch: str) -> None:
    """Undo."""
    files.restore_files(learner=learner, project=project, batch=batch)


# --- saving -------------------------------------------------------------------------------------------------------


def test_a_new_file_has_version_one_and_its_folders(ada: Learner) -> None:
    project = project_of(ada)
    file = save(ada, project, "a/b/c.txt", "hello")
    assert (file.version, file.size, file.binary) == (1, 5, False)
    assert paths_of(project) == ["a/", "a/b/", "a/b/c.txt"]
    assert contents(project) == {"a/b/c.txt": b"hello"}


def test_each_saved_change_is_one_version_more(ada: Learner) -> None:
    project = project_of(ada, {"a": "1"})
    assert save(ada, project, "a", "2", expected=1).version == 2
    assert save(ada, project, "a", "3", expected=2).version == 3
    assert contents(project) == {"a": b"3"}


def test_saving_what_somebody_else_has_changed_is_a_conflict_that_shows_theirs(ada: Learner) -> None:
    project = project_of(ada, {"a": "1"})
    theirs = save(ada, project, "a", "theirs", expected=1)
    with refuses("conflict", 409) as caught:
        save(ada, project, "a", "mine", expected=1)
    assert caught.value.extra["theirs"]["version"] == 2
    assert caught.value.extra["theirs"]["sha256"] == theirs.sha256
    assert contents(project) == {"a": b"theirs"}


def test_a_new_file_over_one_that_is_there_is_a_conflict(ada: Learner) -> None:
    project = project_of(ada, {"a": "theirs"})
    with refuses("conflict", 409):
        save(ada, project, "a", "mine", expected=None)
    assert contents(project) == {"a": b"theirs"}


def test_a_save_that_is_sent_twice_is_one_save(ada: Learner) -> None:
    project = project_of(ada, {"a": "1"})
    once = save(ada, project, "a", "2", expected=1)
    again = save(ada, project, "a", "2", expected=1)
    assert (once.version, again.version) == (2, 2)
    assert len(told(ada, "file.put")) == 2
    assert File.objects.count() == 1


def test_a_new_file_that_is_sent_twice_is_one_file(ada: Learner) -> None:
    project = project_of(ada)
    assert [save(ada, project, "a", "1").version for _ in range(2)] == [1, 1]
    assert len(told(ada, "file.put")) == 1


def test_a_file_that_was_deleted_meanwhile_is_not_made_again_by_an_edit(ada: Learner) -> None:
    project = project_of(ada, {"a": "1"})
    delete(ada, project, "a")
    with refuses("file-gone", 409):
        save(ada, project, "a", "2", expected=1)
    assert paths_of(project) == []


def test_a_tab_is_named_in_what_others_hear_of_its_save(ada: Learner) -> None:
    project = project_of(ada)
    save(ada, project, "d/a", "1", tab="tab-1")
    assert [(put["file"]["path"], put["tab"]) for put in told(ada, "file.put")] == [("d", "tab-1"), ("d/a", "tab-1")]


@pytest.mark.parametrize(("content", "binary"), [(b"text", False), (b"\xff", True), (b"a\0b", True), (b"", False)])
def test_what_an_editor_cannot_show_is_marked_as_binary(content: bytes, binary: bool, ada: Learner) -> None:
    assert save(ada, project_of(ada), "a", content).binary is binary


def test_a_file_cannot_take_the_place_of_a_folder_nor_lie_in_a_file(ada: Learner) -> None:
    project = project_of(ada, {"folder/x": "1", "file": "2"})
    with refuses("conflict", 409):
        save(ada, project, "folder", "3")
    with refuses("conflict", 409):
        save(ada, project, "file/below", "3")
    assert contents(project) == {"folder/x": b"1", "file": b"2"}


@pytest.mark.parametrize(
    ("limits", "content", "code", "numbers"),
    [
        ("file.bytes=4", "12345", "file-too-large", ("5 bytes", "4 bytes")),
        ("project.bytes=8", "12345", "project-too-large", ("9 bytes", "8 bytes")),
        ("project.files=1", "1", "too-many-files", ("2 files", "1 are")),
    ],
)
def test_a_save_over_a_quota_is_refused_with_both_numbers_and_writes_nothing(
    limits: str, content: str, code: str, numbers: tuple[str, str], ada: Learner, set_limits: SetLimits
) -> None:
    project = project_of(ada, {"there": "1234"})
    before = story(ada.workspace.stream)
    set_limits(limits)
    with refuses(code, 413) as caught:
        save(ada, project, "new", content)
    assert all(number in caught.value.message for number in numbers)
    assert contents(project) == {"there": b"1234"}
    assert story(ada.workspace.stream) == before


def test_folders_that_come_with_a_file_count_too(ada: Learner, set_limits: SetLimits) -> None:
    set_limits("project.files=3")
    project = project_of(ada)
    with refuses("too-many-files", 413):
        save(ada, project, "a/b/c/d", "1")
    assert paths_of(project) == []
    save(ada, project, "a/b/c", "1")


# --- folders ------------------------------------------------------------------------------------------------------


def test_a_folder_is_made_with_those_above_it(ada: Learner) -> None:
    project = project_of(ada)
    folder = files.make_folder(learner=ada, project=project, path="a/b/")
    assert (folder.path, folder.kind) == ("a/b", "dir")
    assert paths_of(project) == ["a/", "a/b/"]
    assert [put["file"]["path"] for put in told(ada, "file.put")] == ["a", "a/b"]


@pytest.mark.parametrize("path", ["file", "folder", "file/below"])
def test_a_folder_whose_name_is_taken_is_a_conflict(path: str, ada: Learner) -> None:
    project = project_of(ada, {"file": "1", "folder/x": "1"})
    with refuses("conflict", 409):
        files.make_folder(learner=ada, project=project, path=path)
    assert paths_of(project) == ["file", "folder/", "folder/x"]


def test_one_folder_too_many_is_refused(ada: Learner, set_limits: SetLimits) -> None:
    set_limits("project.files=1")
    project = project_of(ada)
    with refuses("too-many-files", 413):
        files.make_folder(learner=ada, project=project, path="a/b")
    assert paths_of(project) == []


# --- moving -------------------------------------------------------------------------------------------------------


def test_a_file_is_renamed_and_keeps_its_content(ada: Learner) -> None:
    project = project_of(ada, {"old": "x"})
    move(ada, project, "old", "new/name")
    assert paths_of(project) == ["new/", "new/name"]
    assert contents(project) == {"new/name": b"x"}
    assert File.objects.get(path="new/name").version == 2
    assert [gone["path"] for gone in told(ada, "file.gone")] == ["old"]


def test_a_folder_is_moved_with_all_in_it(ada: Learner) -> None:
    project = project_of(ada, {"src/a": "1", "src/deep/b": "2", "srcs": "3"})
    move(ada, project, "src", "lib/core")
    assert paths_of(project) == ["lib/", "lib/core/", "lib/core/a", "lib/core/deep/", "lib/core/deep/b", "srcs"]
    assert contents(project) == {"lib/core/a": b"1", "lib/core/deep/b": b"2", "srcs": b"3"}


@pytest.mark.parametrize("to", ["taken", "folder", "taken/below"])
def test_moving_onto_something_is_a_conflict_and_moves_nothing(to: str, ada: Learner) -> None:
    project = project_of(ada, {"a": "1", "taken": "2", "folder/x": "3"})
    with refuses("conflict", 409):
        move(ada, project, "a", to)
    assert contents(project) == {"a": b"1", "taken": b"2", "folder/x": b"3"}


def test_a_folder_cannot_be_moved_into_itself(ada: Learner) -> None:
    project = project_of(ada, {"a/x": "1"})
    with refuses("into-itself"):
        move(ada, project, "a", "a/b")
    assert paths_of(project) == ["a/", "a/x"]


def test_moving_to_the_same_place_changes_nothing(ada: Learner) -> None:
    project = project_of(ada, {"a": "1"})
    move(ada, project, "a", "a")
    assert File.objects.get().version == 1


def test_what_is_not_there_cannot_be_moved(ada: Learner) -> None:
    with pytest.raises(NotFound):
        move(ada, project_of(ada), "a", "b")


def test_a_folder_is_not_moved_where_its_files_would_lie_too_deep(ada: Learner) -> None:
    project = project_of(ada, {"a/b/c/x": "1", "other": "2"})
    with refuses("name-too-deep"):
        move(ada, project, "a", "/".join("d" * 14))
    assert paths_of(project) == ["a/", "a/b/", "a/b/c/", "a/b/c/x", "other"]


# --- deleting and undoing -----------------------------------------------------------------------------------------


def test_a_deletion_is_undone_with_everything_in_the_folder(ada: Learner) -> None:
    project = project_of(ada, {"a/x": "1", "a/b/y": "2", "z": "3"})
    batch = delete(ada, project, "a")
    assert contents(project) == {"z": b"3"}
    restore(ada, project, batch)
    assert paths_of(project) == ["a/", "a/b/", "a/b/y", "a/x", "z"]
    assert contents(project) == {"a/x": b"1", "a/b/y": b"2", "z": b"3"}
    assert File.objects.get(path="a/x").version == 2


def test_a_file_of_a_similar_name_is_not_deleted_along(ada: Learner) -> None:
    project = project_of(ada, {"a/x": "1", "ab": "2"})
    delete(ada, project, "a")
    assert paths_of(project) == ["ab"]


def test_an_undo_works_once(ada: Learner) -> None:
    project = project_of(ada, {"a": "1"})
    batch = delete(ada, project, "a")
    restore(ada, project, batch)
    with pytest.raises(NotFound):
        restore(ada, project, batch)
    assert paths_of(project) == ["a"]


@pytest.mark.parametrize("batch", ["", "nothing"])
def test_what_nobody_deleted_cannot_be_undone(batch: str, ada: Learner) -> None:
    with pytest.raises(NotFound):
        restore(ada, project_of(ada, {"a": "1"}), batch)


def test_an_undo_of_another_project_is_not_found(ada: Learner, bob: Learner) -> None:
    batch = delete(ada, project_of(ada, {"a": "1"}), "a")
    other = project_of(bob)
    with pytest.raises(NotFound):
        restore(bob, other, batch)
    assert paths_of(other) == []


def test_an_undo_whose_name_is_taken_again_is_a_conflict_and_restores_nothing(ada: Learner) -> None:
    project = project_of(ada, {"a/x": "1", "a/y": "2"})
    batch = delete(ada, project, "a")
    save(ada, project, "a/x", "mine")
    with refuses("conflict", 409) as caught:
        restore(ada, project, batch)
    assert caught.value.extra["theirs"]["path"] == "a/x"
    assert contents(project) == {"a/x": b"mine"}


def test_an_undo_into_a_folder_that_was_made_again_fills_it(ada: Learner) -> None:
    project = project_of(ada, {"a/x": "1"})
    batch = delete(ada, project, "a")
    save(ada, project, "a/new", "2")
    restore(ada, project, batch)
    assert contents(project) == {"a/x": b"1", "a/new": b"2"}
    assert paths_of(project) == ["a/", "a/new", "a/x"]


def test_an_undo_makes_the_folders_above_again(ada: Learner) -> None:
    project = project_of(ada)
    files.make_folder(learner=ada, project=project, path="a/empty")
    batch = delete(ada, project, "a/empty")
    delete(ada, project, "a")
    restore(ada, project, batch)
    assert paths_of(project) == ["a/", "a/empty/"]


def test_an_undo_below_what_is_a_file_now_is_a_conflict(ada: Learner) -> None:
    project = project_of(ada)
    files.make_folder(learner=ada, project=project, path="a/empty")
    batch = delete(ada, project, "a/empty")
    delete(ada, project, "a")
    save(ada, project, "a", "a file")
    with refuses("conflict", 409):
        restore(ada, project, batch)
    assert paths_of(project) == ["a"]


def test_undoing_does_not_lead_past_the_quota(ada: Learner, set_limits: SetLimits) -> None:
    project = project_of(ada, {"d/a": "1234", "d/b": "1234"})
    set_limits("project.bytes=12")
    batch = delete(ada, project, "d")
    save(ada, project, "new", "12345678")
    with refuses("project-too-large", 413):
        restore(ada, project, batch)
    assert paths_of(project) == ["new"]


def test_what_is_not_there_cannot_be_deleted(ada: Learner) -> None:
    with pytest.raises(NotFound):
        delete(ada, project_of(ada), "a")


def test_a_change_makes_the_project_the_newest(ada: Learner) -> None:
    old, new = project_of(ada, {"a": "1"}), project_of(ada)
    assert access.projects_of(ada) == [new, old]
    delete(ada, old, "a")
    assert access.projects_of(ada) == [old, new]


# --- many at once -------------------------------------------------------------------------------------------------


def put(learner: Learner, project: Project, *contents: tuple[str, bytes]) -> list[File]:
    """An upload."""
    return files.put_many(learner=learner, project=project, contents=contents)


def test_many_files_are_added_and_replaced_at_once(ada: Learner) -> None:
    project = project_of(ada, {"a": "old"})
    put(ada, project, ("a", b"new"), ("d/b", b"2"), ("d/e/c", b"\0"))
    assert contents(project) == {"a": b"new", "d/b": b"2", "d/e/c": b"\0"}
    assert (File.objects.get(path="a").version, File.objects.get(path="d/e/c").binary) == (2, True)


def test_of_one_name_twice_the_last_content_counts(ada: Learner) -> None:
    project = project_of(ada)
    put(ada, project, ("a", b"1"), ("a", b"2"))
    assert contents(project) == {"a": b"2"}


@pytest.mark.parametrize(
    ("bad", "code", "status"),
    [
        (("../x", b"1"), "name-outside", 422),
        (("big", b"x" * 100), "file-too-large", 413),
        (("folder", b"1"), "conflict", 409),
        (("there/below", b"1"), "conflict", 409),
        (("new/one", b"1"), "conflict", 409),
    ],
)
def test_of_many_files_all_are_added_or_none(
    bad: tuple[str, bytes], code: str, status: int, ada: Learner, set_limits: SetLimits
) -> None:
    project = project_of(ada, {"there": "1", "folder/x": "2"})
    set_limits("file.bytes=50")
    with refuses(code, status):
        put(ada, project, ("new", b"3"), ("there", b"changed"), bad)
    assert contents(project) == {"there": b"1", "folder/x": b"2"}
    assert paths_of(project) == ["folder/", "folder/x", "there"]


def test_many_small_files_cannot_pass_the_quota_together(ada: Learner, set_limits: SetLimits) -> None:
    set_limits("project.bytes=10")
    project = project_of(ada)
    with refuses("project-too-large", 413) as caught:
        put(ada, project, *((f"f{n}", b"1234") for n in range(3)))
    assert "12 bytes; 10 bytes" in caught.value.message
    assert paths_of(project) == []
