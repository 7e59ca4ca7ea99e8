"""A project as a build context."""

import pytest

from playground.accounts.models import Learner
from playground.builds import blobs, contexts
from playground.builds.services import files
from tests.builds.support import Sent, force, project_of, refuses, save

pytestmark = pytest.mark.django_db(databases=["default", "events"], transaction=True)

CONTENTS = {"Dockerfile": "FROM busybox\n", "app.py": "12345", "notes.md": "n", "logs/a.log": "aa", "logs/b.txt": "b"}


def test_without_rules_everything_is_sent(ada: Learner, sent: Sent) -> None:
    context = contexts.context_of(project_of(ada, CONTENTS))
    assert [file.path for file in context.sent] == [
        "Dockerfile",
        "app.py",
        "logs",
        "logs/a.log",
        "logs/b.txt",
        "notes.md",
    ]
    assert context.size == 13 + 5 + 1 + 2 + 1
    assert context.summary() == {"bytes": 22, "files": 5, "ignored": [], "limit": 10 << 20}


def test_what_dockerignore_leaves_out_names_its_line(ada: Learner, sent: Sent) -> None:
    context = contexts.context_of(project_of(ada, {**CONTENTS, ".dockerignore": "# mine\n*.md\nlogs/*.log\n"}))
    assert context.ignored == (("logs/a.log", 3, "logs/*.log"), ("notes.md", 2, "*.md"))
    assert "notes.md" not in [file.path for file in context.sent]
    assert context.summary()["ignored"][1] == {"path": "notes.md", "line": 2, "pattern": "*.md"}


def test_an_exception_brings_a_file_back(ada: Learner, sent: Sent) -> None:
    context = contexts.context_of(project_of(ada, {**CONTENTS, ".dockerignore": "logs\n!logs/b.txt\n"}))
    assert [path for path, *_ in context.ignored] == ["logs/a.log"]
    assert "logs/b.txt" in [file.path for file in context.sent]


def test_the_dockerfile_in_use_and_the_rules_are_always_sent(ada: Learner, sent: Sent) -> None:
    project = project_of(
        ada, {"Dockerfile": "FROM busybox\n", "dev/Dockerfile": "FROM busybox\n", ".dockerignore": "**"}
    )
    plain = contexts.context_of(project)
    assert [file.path for file in plain.sent] == [".dockerignore", "Dockerfile"]
    other = contexts.context_of(project, dockerfile="dev/Dockerfile")
    assert "dev/Dockerfile" in [file.path for file in other.sent]


def test_rules_that_are_not_text_or_a_folder_leave_nothing_out(ada: Learner, sent: Sent) -> None:
    binary = project_of(ada, {"a.txt": "a", ".dockerignore": b"*\xff\0"})
    folder = project_of(ada, {"a.txt": "a", ".dockerignore/x": "*"})
    assert contexts.context_of(binary).ignored == ()
    assert contexts.context_of(folder).ignored == ()


def test_a_long_list_of_ignored_files_is_shown_in_part(
    ada: Learner, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contexts, "MOST_IGNORED_SHOWN", 2)
    context = contexts.context_of(project_of(ada, {**CONTENTS, ".dockerignore": "*\n"}))
    assert len(context.summary()["ignored"]) == 2
    assert len(context.ignored) == 3 + 1  # logs/a.log, logs/b.txt, app.py, notes.md


def test_sizes_are_told_with_a_slash_behind_folders(ada: Learner, sent: Sent) -> None:
    assert contexts.sizes(project_of(ada, {"a/b": "xyz", "c": ""})) == {"a/": 0, "a/b": 3, "c": 0}


def test_the_manifest_stays_as_it_was_whatever_is_edited_later(ada: Learner, sent: Sent) -> None:
    project = project_of(ada, {"Dockerfile": "FROM busybox\n", "app.py": "old", "src/x": "x"})
    manifest = contexts.manifest_of(contexts.context_of(project))
    save(ada, project, "app.py", "new and longer", expected=1)
    files.delete_file(learner=ada, project=project, path="src")
    frozen = {file.path: file for file in contexts.context_files(manifest)}
    source = frozen["app.py"].source
    assert source is not None
    assert (source.read_bytes(), frozen["app.py"].size) == (b"old", 3)
    assert frozen["src"].source is None
    assert frozen["src/x"].source == blobs.path_of(blobs.put(b"x"))


def test_a_program_is_sent_as_one(ada: Learner, sent: Sent) -> None:
    project = project_of(ada, {"plain": "x", "dir/run.sh": "x"})
    force(project.files.get(path="dir/run.sh"), executable=True)
    modes = {f.path: f.mode for f in contexts.context_files(contexts.manifest_of(contexts.context_of(project)))}
    assert modes == {"plain": 0o644, "dir": 0o755, "dir/run.sh": 0o755}


def test_the_same_files_and_wish_have_the_same_fingerprint(ada: Learner, bob: Learner, sent: Sent) -> None:
    one, other = (contexts.manifest_of(contexts.context_of(project_of(who, CONTENTS))) for who in (ada, bob))
    assert contexts.fingerprint(one, "app:1", "Dockerfile") == contexts.fingerprint(other, "app:1", "Dockerfile")


@pytest.mark.parametrize("change", ["content", "name", "mode", "wish"])
def test_any_change_changes_the_fingerprint(change: str, ada: Learner, sent: Sent) -> None:
    project = project_of(ada, {"a": "1", "b": "2"})
    before = contexts.fingerprint(contexts.manifest_of(contexts.context_of(project)), "app:1")
    if change == "content":
        save(ada, project, "a", "9", expected=1)
    elif change == "name":
        files.move_file(learner=ada, project=project, source="a", to="z")
    elif change == "mode":
        force(project.files.get(path="a"), executable=True)
    wish = "app:2" if change == "wish" else "app:1"
    assert contexts.fingerprint(contexts.manifest_of(contexts.context_of(project)), wish) != before


def test_the_dockerfiles_text_is_read(ada: Learner, sent: Sent) -> None:
    assert contexts.dockerfile_text(project_of(ada, {"D": "FROM größe\n"}), "D") == "FROM größe\n"


def test_a_dockerfile_that_is_not_there_is_refused_with_its_name(ada: Learner, sent: Sent) -> None:
    project = project_of(ada, {"dir/file": "x"})
    for path in ("Dockerfile", "dir"):
        with refuses("no-dockerfile") as caught:
            contexts.dockerfile_text(project, path)
        assert path in caught.value.message


def test_a_dockerfile_that_is_not_text_is_refused(ada: Learner, sent: Sent) -> None:
    with refuses("dockerfile-binary"):
        contexts.dockerfile_text(project_of(ada, {"Dockerfile": b"FROM \xff"}), "Dockerfile")
