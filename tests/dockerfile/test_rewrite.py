"""The text that is sent to the engine: other image names, same lines, no syntax line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.dockerfile import parse, rewrite
from playground.dockerfile.rewrite import NEUTRAL

IMAGES = {"busybox": "lab/busybox:7", "python:3.11-slim": "lab/python:7"}


def rewritten(text: str, build_args: dict[str, str] | None = None) -> str:
    return rewrite(parse(text), images=IMAGES, build_args=build_args or {})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM busybox", "FROM lab/busybox:7"),
        ("from docker.io/library/busybox:latest as x\n", "FROM lab/busybox:7 as x\n"),
        ("FROM --platform=$BUILDPLATFORM busybox AS a", "FROM --platform=$BUILDPLATFORM lab/busybox:7 AS a"),
        ("FROM nginx:1", "FROM nginx:1"),
        ("FROM scratch", "FROM scratch"),
        ("ARG V=3.11\nFROM python:${V}-slim", "ARG V=3.11\nFROM lab/python:7"),
        ("ARG V\nFROM python:$V", "ARG V\nFROM python:$V"),
        ("FROM busybox AS busybox\nFROM busybox", "FROM lab/busybox:7 AS busybox\nFROM busybox"),
        ("FROM busybox AS Build\nFROM BUILD", "FROM lab/busybox:7 AS Build\nFROM build"),
        ("FROM scratch\nCOPY --from=busybox /a /b", "FROM scratch\nCOPY --from=lab/busybox:7 /a /b"),
        ("FROM scratch AS busybox\nFROM scratch\nCOPY --from=busybox a b", None),
        ("FROM scratch\nFROM scratch\nCOPY --from=0 a b", None),
        ("FROM a\nRUN --mount=from=busybox,target=/x ls", "FROM a\nRUN --mount=from=lab/busybox:7,target=/x ls"),
        ("FROM a\nRUN --mount=type=cache,target=/y echo --mount=from=busybox", None),
        (
            'FROM a\nRUN --mount="from=busybox,target=/x y" ls',
            'FROM a\nRUN --mount="from=lab/busybox:7,target=/x y" ls',
        ),
        (
            "FROM scratch\nCOPY --chown=1 \\\n  # why\n  --from=busybox \\\n  /a /b\nUSER x",
            "FROM scratch\nCOPY \\\n#\n#\n--chown=1   --from=lab/busybox:7   /a /b\nUSER x",
        ),
        ("FROM scratch\nADD --from=busybox a b", None),
        ("FROM busybox\r\nRUN a\r\n", "FROM lab/busybox:7\r\nRUN a\r\n"),
        ("\ufeffFROM busybox", "FROM lab/busybox:7"),
    ],
)
def test_images_become_the_engines_own(text: str, expected: str | None) -> None:
    assert rewritten(text) == (text if expected is None else expected)


def test_build_arguments_choose_the_image() -> None:
    assert rewritten("ARG IMAGE=nginx\nFROM $IMAGE", {"IMAGE": "busybox"}) == "ARG IMAGE=nginx\nFROM lab/busybox:7"


def test_a_heredoc_stays_where_it_is() -> None:
    text = "FROM scratch\nRUN --mount=from=busybox,target=/x \\\n  <<EOF\nFROM busybox\nEOF\nUSER a"
    expected = "FROM scratch\nRUN \\\n--mount=from=lab/busybox:7,target=/x   <<EOF\nFROM busybox\nEOF\nUSER a"
    assert rewritten(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "# syntax=docker/dockerfile:1\nFROM scratch",
        "#  SYNTAX = x\nFROM scratch",
        "#!/usr/bin/env x\n# syntax=x\nFROM scratch",
        "# other=1\n# syntax=x\nFROM scratch",
        "\n# syntax=x\nFROM scratch",
        "// syntax=x\nFROM scratch",
        "\ufeff# syntax=x\r\nFROM scratch",
        '{"syntax": "x"}',
        "  # syntax=x\nFROM scratch",
    ],
)
def test_no_engine_finds_a_syntax_line_any_more(text: str) -> None:
    sent = rewritten(text)
    assert "syntax=x" not in sent.replace(" ", "").lower()
    assert not sent.startswith("{")
    assert parse(sent).syntax is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# syntax=x\n# escape=`\nFROM a", f"# escape=`\n{NEUTRAL}\nFROM a"),
        ("# escape=`\n# syntax=x\nFROM a", f"# escape=`\n{NEUTRAL}\nFROM a"),
        ("# syntax=x\n# check=skip=all\n# escape=`\nFROM a", f"# escape=`\n{NEUTRAL}\n# check=skip=all\nFROM a"),
        ("# check=skip=all\n# escape=`\nFROM a", "# escape=`\n# check=skip=all\nFROM a"),
        ("# syntax=x\n\n# escape=`\nFROM a", f"{NEUTRAL}\n\n# escape=`\nFROM a"),
    ],
)
def test_an_escape_line_below_the_syntax_line_still_counts(text: str, expected: str) -> None:
    assert rewritten(text) == expected
    assert parse(expected).escape == parse(text).escape


def test_a_comment_about_syntax_further_down_stays() -> None:
    text = "FROM scratch\n# syntax=x\nUSER a"
    assert rewritten(text) == text


LINES = ["FROM busybox", "COPY --from=busybox a b", "RUN --mount=from=busybox,target=x", "# syntax=x", "# escape=`"]
SNIPPETS = ["\\", "\n", "\n", "\n", " ", "RUN <<E", "E", "`", "# note", "AS b", "FROM b", "\r", "USER x"]
PARTS = st.lists(st.sampled_from([*LINES, *SNIPPETS])).map("".join)


@given(PARTS)
@settings(max_examples=400, deadline=None)
def test_every_instruction_stays_on_its_line(text: str) -> None:
    before = parse(text)
    sent = rewrite(before, images=IMAGES)
    assert sent.count("\n") == text.count("\n")
    after = parse(sent)
    assert after.escape == before.escape
    placed = [(one.line, one.end_line, one.keyword, one.heredocs) for one in before.instructions]
    assert [(one.line, one.end_line, one.keyword, one.heredocs) for one in after.instructions] == placed
