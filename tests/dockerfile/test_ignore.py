"""`.dockerignore` the way Docker reads it, also held against another implementation."""

from typing import Any

import pytest
from docker.utils.build import PatternMatcher
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.dockerfile import Ignore


def library_excludes(lines: list[str], path: str) -> bool:
    """What the Docker SDK says; its type stubs ask for a path object, its code for a text."""
    matcher: Any = PatternMatcher(list(lines))
    return bool(matcher.matches(path))


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        ("a", "a", 1),
        ("a", "a/b/c", 1),
        ("a", "b/a", None),
        ("# a\n\n  b  \n", "b", 3),
        (" # a", "a", None),
        ("/a/", "a/b", 1),
        ("./a/../b", "b", 1),
        ("*.py", "x.py", 1),
        ("*.py", "d/x.py", None),
        ("*/*.py", "d/x.py", 1),
        ("**/*.py", "x.py", 1),
        ("**/*.py", "d/e/x.py", 1),
        ("**/x", "d/x/y", 1),
        ("**", "anything/at/all", 1),
        ("a/**", "a/b", 1),
        ("a/**", "a", None),
        ("a/**/z", "a/z", 1),
        ("a/**/z", "a/b/c/z", 1),
        ("a/**/z", "a/xz", None),
        ("a**b", "axb", None),
        ("a**b", "ax/b", 1),
        ("a/**/b/**", "a/x/b/y/z", 1),
        ("[b-a]x", "ax", None),
        ("**x", "ax", 1),
        ("a?c", "abc", 1),
        ("a?c", "a/c", None),
        ("[a-c]x", "bx", 1),
        ("[^a-c]x", "bx", None),
        ("a.c", "abc", None),
        ("\\*", "*", 1),
        ("\\*", "b", None),
        ("a+(b)$", "a+(b)$", 1),
        ("*\n!b", "b", None),
        ("*\n!b\nb", "b", 3),
        ("!b\n*", "b", 2),
        ("*.md\n!README.md", "README.md", None),
        ("*.md\n!README.md", "other.md", 1),
        ("d\n!d/keep", "d/keep", None),
        ("d\n!d/keep", "d/other", 1),
        ("d/*\n!d/keep", "d/keep", None),
        ("*\n!d", "d/x", None),
        ("*\n! d", "d", None),
        (".", "a", None),
        ("\ufeffa", "a", 1),
        ("a\r\nb\r\n", "b", 2),
    ],
)
def test_the_line_that_decides_is_named(text: str, path: str, line: int | None) -> None:
    rule = Ignore.parse(text).match(path)
    assert (rule.line if rule else None) == line


def test_a_rule_shows_its_line_as_written() -> None:
    rule = Ignore.parse("a\n  /secret/  \n").match("secret/x")
    assert rule is not None
    assert (rule.line, rule.pattern, rule.exception) == (2, "/secret/", False)


def test_filter_keeps_order_and_always_sends_what_the_builder_reads() -> None:
    paths = ["z", "Dockerfile", "d/", "d/x", ".dockerignore", "a"]
    assert Ignore.parse("*\n!a").filter(paths) == ["Dockerfile", ".dockerignore", "a"]
    assert Ignore.parse("*\n!a").filter(paths, always=()) == ["a"]
    assert Ignore.parse("").filter(paths) == paths


@pytest.mark.parametrize("line", ["[", "[]a]", "a[", "[a-]", "!", "a\\"])
def test_malformed_lines_are_kept_apart(line: str) -> None:
    ignore = Ignore.parse(f"x\n{line}\n")
    assert [rule.line for rule in ignore.malformed] == [2]
    assert ignore.match("y") is None


@pytest.mark.parametrize("pattern", ["*a" * 30 + "b", "**/a/" * 30 + "b", "?*" * 40 + "[b]", "a**" * 20 + "b"])
def test_hostile_patterns_take_no_more_time_than_others(pattern: str) -> None:
    # With backtracking each of these would run for years.
    assert Ignore.parse(pattern).match("a" * 200) is None
    assert Ignore.parse(pattern).match("a/" * 200 + "c") is None


@given(st.text(), st.text())
@settings(max_examples=200, deadline=None)
def test_no_text_makes_it_raise(text: str, path: str) -> None:
    Ignore.parse(text).match(path)


NAMES = st.sampled_from(["a", "b", "ab", "a.b", ".c"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
SEGMENTS = st.sampled_from(["a", "b", "ab", "a.b", ".c", "*", "a*", "*b", "?", "a?", "[ab]", "**"])
PATTERNS = st.lists(SEGMENTS, min_size=1, max_size=3).map("/".join)


@given(st.lists(PATTERNS, max_size=4), PATHS)
@settings(max_examples=600, deadline=None)
def test_without_exceptions_it_agrees_with_the_docker_library_wherever_that_is_right(
    patterns: list[str], path: str
) -> None:
    # The library looks at one parent folder only, the one as deep as the pattern is long. BuildKit looks at every
    # parent, so asking the library about each of them in turn has to give the same answer.
    prefixes = ["/".join(path.split("/")[:depth]) for depth in range(1, path.count("/") + 2)]
    theirs = any(library_excludes(patterns, prefix) for prefix in prefixes)
    assert (Ignore.parse("\n".join(patterns)).match(path) is not None) == theirs


LINES = st.tuples(st.sampled_from(["", "!"]), SEGMENTS).map("".join)


@given(st.lists(LINES, max_size=5), NAMES)
@settings(max_examples=400, deadline=None)
def test_with_exceptions_it_agrees_with_the_docker_library_at_the_top(lines: list[str], name: str) -> None:
    # Deeper down they differ: for "a/*" and "!a" the library brings a/b/c back because of its parent a. BuildKit asks
    # a "!" line about a parent only while that is excluded, and here the parent never was.
    theirs = library_excludes(lines, name)
    assert (Ignore.parse("\n".join(lines)).match(name) is not None) == theirs


def test_an_exception_for_a_folder_that_was_never_out_does_not_reach_inside() -> None:
    assert Ignore.parse("a/*\n!a").match("a/b/c") is not None


@given(st.lists(PATTERNS, max_size=3), PATHS)
@settings(max_examples=300, deadline=None)
def test_excluding_more_never_lets_a_file_in(patterns: list[str], path: str) -> None:
    before = Ignore.parse("\n".join(patterns)).match(path)
    after = Ignore.parse("\n".join([*patterns, "*b"])).match(path)
    assert before is None or after is not None


@given(st.lists(PATTERNS, max_size=3), PATHS)
@settings(max_examples=300, deadline=None)
def test_a_last_exception_for_the_very_path_always_wins(patterns: list[str], path: str) -> None:
    assert Ignore.parse("\n".join([*patterns, f"!{path}"])).match(path) is None
