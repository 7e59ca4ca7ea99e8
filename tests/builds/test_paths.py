"""What may be a file's name in a project."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from playground.accounts.errors import Refused
from playground.builds.limits import limit
from playground.builds.paths import check_path, parents
from tests.builds.support import refuses

REFUSED = [
    ("", "name-empty"),
    (".", "name-empty"),
    ("/", "name-empty"),
    ("..", "name-empty"),
    ("../..", "name-empty"),
    ("...", "name-empty"),
    ("   ", "name-empty"),
    ("a\0b", "name-control"),
    ("a\nb", "name-control"),
    ("a\x7fb", "name-control"),
    ("a\x85b", "name-control"),
    ("\udcff.txt", "name-control"),
    ("a" * 5000, "name-too-long"),
    ("a" * 256, "name-too-long"),
    ("ä" * 128, "name-too-long"),
    ("/etc/passwd", "name-absolute"),
    ("a\\b", "name-absolute"),
    ("\\\\server\\share", "name-absolute"),
    ("../a", "name-outside"),
    ("a/../b", "name-outside"),
    ("a/..", "name-outside"),
    ("./a", "name-odd"),
    ("a//b", "name-odd"),
    ("a/./b", "name-odd"),
    ("a/b//", "name-odd"),
    (" a", "name-odd"),
    ("a /b", "name-odd"),
    ("a\u2003", "name-odd"),
    ("/".join("a" * 17), "name-too-deep"),
]
ACCEPTED = [
    ("app.py", "app.py"),
    ("src/app.py", "src/app.py"),
    ("src/", "src"),
    (".dockerignore", ".dockerignore"),
    ("...a", "...a"),
    ("a..b", "a..b"),
    ("with space.txt", "with space.txt"),
    ("Größe/ñ.txt", "Größe/ñ.txt"),
    ("a" * 255, "a" * 255),
    ("/".join("a" * 16), "/".join("a" * 16)),
]


@pytest.mark.parametrize(("raw", "code"), REFUSED, ids=lambda value: ascii(value)[:30])
def test_a_path_that_cannot_be_a_file_is_refused_with_its_reason(raw: str, code: str) -> None:
    with refuses(code) as caught:
        check_path(raw)
    assert caught.value.field == "path"
    assert caught.value.fix


@pytest.mark.parametrize(("raw", "clean"), ACCEPTED, ids=lambda value: ascii(value)[:30])
def test_a_path_is_answered_clean(raw: str, clean: str) -> None:
    assert check_path(raw) == clean


def test_a_path_that_is_too_long_is_told_both_numbers() -> None:
    with refuses("name-too-long") as caught:
        check_path("a" * 5000)
    assert "5,000" in caught.value.message
    assert "255" in caught.value.message
    assert len(caught.value.message) < 100


@given(st.text(st.sampled_from("ab./\\ \0é\n\udc80"), max_size=40) | st.text(max_size=300))
@example("a/" * 16)
def test_whatever_passes_is_a_clean_relative_path(raw: str) -> None:
    try:
        clean = check_path(raw)
    except Refused:
        return
    parts = clean.split("/")
    assert not {"", ".", ".."} & set(parts)
    assert "\\" not in clean
    assert not any(unicodedata.category(char) in {"Cc", "Cs"} for char in clean)
    assert all(part == part.strip() for part in parts)
    assert len(clean.encode()) <= limit("path.characters")
    assert len(parts) <= limit("path.folders")
    assert check_path(clean) == clean


def test_parents_are_every_folder_above_from_the_outside() -> None:
    assert parents("a/b/c.txt") == ["a", "a/b"]
    assert parents("c.txt") == []
