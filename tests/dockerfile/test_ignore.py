"""`.dockerignore` the way Docker reads it, also held against another implementation."""

import pytest
from docker.utils.build import PatternMatcher
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.dockerfile import Ignore


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


def test_many_stars_take_no_time() -> None:
    assert Ignore.parse("*" * 3 + "**/" * 30 + "z").match("a/" * 40 + "b") is None


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
    # parent, so a folder matched through ** or excluded at another depth counts for us and not for the library.
    prefixes = ["/".join(path.split("/")[:depth]) for depth in range(1, path.count("/") + 2)]
    theirs = any(PatternMatcher(patterns).matches(prefix) for prefix in prefixes)
    # The library wants something in front of a ** at the end and after a slash; BuildKit takes a/** as "below a".
    if any("**" in pattern for pattern in patterns):
        return
    assert (Ignore.parse("\n".join(patterns)).match(path) is not None) == theirs


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
