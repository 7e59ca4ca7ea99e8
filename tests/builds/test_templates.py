"""What a new project can start from."""

from pathlib import Path

import pytest

from playground.builds import templates
from playground.builds.paths import check_path
from playground.builds.templates import STARTERS, TEMPLATES
from playground.dockerfile import Ignore, Problem, check, parse

WORKING = [key for key in TEMPLATES if key != "broken"]


def problems(key: str, *, images: tuple[str, ...] | None = None) -> tuple[Problem, ...]:
    """What is wrong with a template's Dockerfile, with its base image available."""
    template = TEMPLATES[key]
    return check(
        parse(template.files["Dockerfile"].decode()),
        files={path: len(content) for path, content in template.files.items()},
        ignore=Ignore.parse(template.files.get(".dockerignore", b"").decode()),
        images=(template.image,) if images is None else images,
        heredocs=False,
    )


@pytest.mark.parametrize("key", WORKING)
def test_a_template_can_be_built_as_it_is(key: str) -> None:
    assert problems(key) == ()


@pytest.mark.parametrize("key", list(TEMPLATES))
def test_a_template_needs_the_base_image_it_names(key: str) -> None:
    codes = [problem.code for problem in problems(key, images=())]
    assert "image-not-available" in codes


def test_the_broken_template_begins_with_the_missing_file_and_names_the_right_one() -> None:
    first = next(problem for problem in problems("broken") if problem.severity == "error")
    line = TEMPLATES["broken"].files["Dockerfile"].decode().splitlines()[first.line - 1]
    assert (first.code, line.split()[:2]) == ("copy-source-missing", ["COPY", "grete.sh"])
    assert "grete.sh" in first.message
    assert "greet.sh" in first.fix


def test_the_broken_template_has_only_that_mistake_to_be_seen_before_building() -> None:
    errors = [problem for problem in problems("broken") if problem.severity == "error"]
    assert len(errors) == 1


@pytest.mark.parametrize("key", list(TEMPLATES))
def test_a_templates_files_are_text_that_a_project_may_hold(key: str) -> None:
    files = TEMPLATES[key].files
    assert "Dockerfile" in files
    for path, content in files.items():
        assert check_path(path) == path
        assert "\0" not in content.decode()
        assert len(content) < 10_000


def test_every_starter_on_disk_is_a_template_with_a_title() -> None:
    assert {path.name for path in STARTERS.iterdir() if path.is_dir()} == set(TEMPLATES)
    assert len({template.title for template in TEMPLATES.values()}) == len(TEMPLATES)
    assert all(template.about.endswith(".") for template in TEMPLATES.values())


def test_the_static_site_shows_what_an_ignored_file_is() -> None:
    files = TEMPLATES["static-site"].files
    assert "notes.md" in files
    assert Ignore.parse(files[".dockerignore"].decode()).match("notes.md") is not None


def test_what_compiling_leaves_is_no_part_of_a_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hello" / "__pycache__").mkdir(parents=True)
    (tmp_path / "hello" / "__pycache__" / "app.cpython-311.pyc").write_bytes(b"\xa7")
    (tmp_path / "hello" / "app.py").write_bytes(b"print()")
    monkeypatch.setattr(templates, "STARTERS", tmp_path)
    assert TEMPLATES["hello"].files == {"app.py": b"print()"}
