"""Reading Dockerfiles: structure first, then each mistake that reading alone can tell."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.dockerfile import Flag, Problem, parse
from playground.dockerfile.parse import MOST_PROBLEMS

from .support import codes, only

KEYWORDS = "FROM RUN COPY ADD ENV ARG CMD ONBUILD HEALTHCHECK EXPOSE LABEL SHELL STOPSIGNAL"
SIGNS = '# \\ ` \n \r\n \t <<EOF\n EOF\n [" "] [ ] , -- $ ${ } = " \' /- \x00 \ud800 \ufeff \xa0'
WORDS = ["--from=", "--mount=type=bind,from=", "${a:-${b}", "AS", "busybox", "80", "# escape=`\n", "# syntax=x\n", " "]
PIECES = st.sampled_from([*KEYWORDS.split(), *SIGNS.split(" "), *WORDS])


@given(st.one_of(st.text(), st.text(st.characters()), st.lists(PIECES).map("".join), st.lists(PIECES).map(" ".join)))
@settings(max_examples=300, deadline=None)
def test_reading_never_raises_and_every_problem_points_into_the_file(text: str) -> None:
    dockerfile = parse(text)
    lines = max(1, len(text.split("\n")))
    for problem in dockerfile.problems:
        assert 1 <= problem.line <= lines
        assert 1 <= problem.column < problem.end_column
        assert problem.message.endswith(".")


@pytest.mark.parametrize(
    "text", ["RUN " + "[" * 100_000, "FROM " + "${a:-" * 5000, "ONBUILD " * 5000, "a\\\n" * 20_000]
)
def test_hostile_nesting_is_read_like_anything_else(text: str) -> None:
    assert parse(text).instructions


def test_a_file_full_of_nonsense_brings_a_readable_number_of_problems() -> None:
    assert len(parse("what is this\n" * 1000).problems) == MOST_PROBLEMS


def test_two_stages_are_told_apart_and_named() -> None:
    dockerfile = parse('FROM python:3.11 AS Build\nRUN a\nCOPY x y\nFROM build\nCMD ["a"]\n')
    first, second = dockerfile.stages
    assert (first.name, first.base, first.line, first.parent) == ("build", "python:3.11", 1, None)
    assert [one.keyword for one in first.instructions] == ["RUN", "COPY"]
    assert (second.name, second.label, second.parent) == (None, "stage-1", 0)
    assert [one.stage for one in dockerfile.instructions] == [0, 0, 0, 1, 1]


def test_arg_before_from_belongs_to_no_stage() -> None:
    dockerfile = parse("ARG A=1\nFROM busybox\nARG B=2")
    assert [one.stage for one in dockerfile.instructions] == [None, 0, 0]


def test_continuation_lines_are_folded_and_comments_inside_them_dropped() -> None:
    dockerfile = parse("FROM busybox\nRUN one && \\\n  # why\n\t two \\  \n three\nRUN four")
    run = dockerfile.instructions[1]
    assert run.text == "one && \t two  three"
    assert (run.line, run.end_line) == (2, 5)
    assert dockerfile.instructions[2].line == 6


def test_an_escaped_backslash_at_the_end_continues_nothing() -> None:
    assert [one.text for one in parse("FROM a\nRUN b \\\\\nRUN c").instructions] == ["a", "b \\\\", "c"]


def test_the_escape_directive_changes_the_continuation_character() -> None:
    dockerfile = parse("# escape=`\nFROM busybox\nRUN dir C:\\\nRUN a `\n b")
    assert dockerfile.escape == "`"
    assert [one.text for one in dockerfile.instructions] == ["busybox", "dir C:\\", "a  b"]


@pytest.mark.parametrize("before", ["\n", "# a comment\n", "FROM x\n", "# other=1\n"])
def test_directives_count_only_at_the_very_top(before: str) -> None:
    assert parse(f"{before}# escape=`\nFROM busybox").escape == "\\"


def test_all_three_directives_may_follow_each_other() -> None:
    dockerfile = parse("#syntax = docker/dockerfile:1\r\n# check=skip=all\r\n# ESCAPE=`\r\nFROM busybox")
    assert (dockerfile.syntax, dockerfile.escape) == ("docker/dockerfile:1", "`")
    hint = only(dockerfile.problems, "syntax-ignored")
    assert (hint.severity, hint.line) == ("hint", 1)


@pytest.mark.parametrize(
    "text", ["\ufeffFROM busybox\r\nRUN a\r\n", "from busybox\nrun a", "\t FROM\tbusybox\n\n  RUN   a  \n"]
)
def test_bom_windows_lines_blanks_and_lower_case_change_nothing(text: str) -> None:
    dockerfile = parse(text)
    assert [(one.keyword, one.args) for one in dockerfile.instructions] == [("FROM", ("busybox",)), ("RUN", ("a",))]
    assert dockerfile.problems == ()


def test_flags_are_taken_off_in_front_of_the_arguments() -> None:
    copy = parse("FROM a\nCOPY --from=build --chown=1:1 --link /x /y --z").instructions[1]
    assert copy.flags == (Flag("from", "build"), Flag("chown", "1:1"), Flag("link", None))
    assert copy.args == ("/x", "/y", "--z")
    assert copy.text == "--from=build --chown=1:1 --link /x /y --z"


def test_a_quoted_flag_keeps_its_blank() -> None:
    run = parse('FROM a\nRUN --mount=type=bind,target="/a b" ls').instructions[1]
    assert run.flags == (Flag("mount", "type=bind,target=/a b"),)
    assert run.args == ("ls",)


def test_json_form_is_recognised() -> None:
    cmd = parse('FROM a\nCMD ["python", "my app.py"]').instructions[1]
    assert cmd.json_form
    assert cmd.args == ("python", "my app.py")


@pytest.mark.parametrize(
    ("opening", "closing", "name", "expand", "chomp"),
    [
        ("<<EOF", "EOF", "EOF", True, False),
        ("<<-END", "\tEND", "END", True, True),
        ("<<'A'", "A", "A", False, False),
        ('<<"A"', "A", "A", False, False),
        ("3<<A", "A", "A", True, False),
    ],
)
def test_heredocs_are_read_up_to_their_word(opening: str, closing: str, name: str, expand: bool, chomp: bool) -> None:
    dockerfile = parse(f"FROM a\nRUN {opening}\nFROM not\n# kept\n{closing}\nRUN b")
    heredoc = dockerfile.instructions[1].heredocs[0]
    assert (heredoc.name, heredoc.expand, heredoc.chomp) == (name, expand, chomp)
    assert (heredoc.content, heredoc.line, heredoc.end_line) == ("FROM not\n# kept\n", 3, 5)
    assert dockerfile.instructions[2].line == 6
    assert dockerfile.problems == ()


def test_one_copy_may_have_two_heredocs() -> None:
    copy = parse("FROM a\nCOPY <<one <<two /x/\n1\none\n2\ntwo\nUSER b").instructions[1]
    assert [one.content for one in copy.heredocs] == ["1\n", "2\n"]


@pytest.mark.parametrize(
    "line", ["RUN echo $((1 << 2))", 'RUN echo "<<EOF"', 'RUN ["cat", "<<EOF"]', "ENV A=<<EOF", "RUN a <<<b"]
)
def test_what_only_looks_like_a_heredoc_is_none(line: str) -> None:
    assert parse(f"FROM a\n{line}\nUSER b").instructions[2].keyword == "USER"


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("ARG V=3.11\nFROM python:$V", "python:3.11"),
        ("ARG V=3.11\nFROM python:${V}-slim", "python:3.11-slim"),
        ("FROM ${BASE:-busybox}", "busybox"),
        ("ARG V=\nFROM python${V:-:3}${V:+:4}", "python:3"),
        ("ARG V=x\nFROM python${V:+:4}", "python:4"),
        ("ARG A=1\nARG B=\"$A.2\"\nFROM 'python':$B", "python:1.2"),
        ("ARG V\nFROM python:$V", None),
        ("FROM python:$V", None),
        ("ARG V=1\nFROM python:${V", None),
        ("ARG V=1\nFROM python:${V%.*}", None),
    ],
)
def test_variables_in_from_get_their_defaults(text: str, base: str | None) -> None:
    assert parse(text).stages[0].resolved_base == base


@pytest.mark.parametrize(
    ("text", "code", "line", "fix"),
    [
        ("", "empty-dockerfile", 1, "FROM"),
        ("# only a comment\n\n", "empty-dockerfile", 1, "FROM"),
        ("RUN a", "no-from", 1, "FROM"),
        ("ARG A=1\nRUN a\nFROM b", "before-from", 2, "below FROM"),
        ("FROM a\nRNU b", "unknown-instruction", 2, "RUN"),
        ("FROM a\nCPOY b c", "unknown-instruction", 2, "COPY"),
        ("FROM a\nENTRYPIONT b", "unknown-instruction", 2, "ENTRYPOINT"),
        ("FROM a\nnpm install", "unknown-instruction", 2, "starts with an instruction"),
        ("FROM a\nRUN\xa0b", "odd-space", 2, "type a space"),
        ("FROM", "missing-arguments", 1, "FROM busybox"),
        ("FROM a\nRUN", "missing-arguments", 2, "RUN echo"),
        ("FROM a\nCOPY b", "missing-arguments", 2, "COPY b ./"),
        ('FROM a\nADD ["b"]', "missing-arguments", 2, "ADD b ./"),
        ("FROM a\nCOPY --form=b /c /d", "unknown-flag", 2, "--from"),
        ("FROM a\nWORKDIR --p /x", "unknown-flag", 2, "no flags"),
        ("FROM a\nCOPY --parents b c", "unsupported-flag", 2, "without --parents"),
        ("FROM a\nCOPY --from=b --from=c d e", "duplicate-flag", 2, "one of them"),
        ("FROM a\nCOPY --chown b c", "flag-value", 2, "--chown=1000:1000"),
        ("FROM a\nCOPY --link=maybe b c", "flag-value", 2, "--link"),
        ("FROM a b", "from-syntax", 1, "FROM a AS b"),
        ("FROM a sa b", "from-syntax", 1, "FROM a AS b"),
        ("FROM a AS", "from-syntax", 1, "one name after AS"),
        ("FROM a # mine", "inline-comment", 1, "line of its own"),
        ("FROM a AS 1st", "stage-name", 1, "AS stage-1st"),
        ("FROM a AS my/stage", "stage-name", 1, "AS my-stage"),
        ("FROM a AS b\nFROM c AS B", "duplicate-stage", 2, "another name"),
        ('FROM a\nRUN ["a", 1]', "json-form", 2, "double quotes"),
        ("FROM a\nCOPY ['b', 'c']", "json-form", 2, '["b", "c"]'),
        ("FROM a\nSHELL /bin/bash -c", "json-form", 2, '["/bin/bash", "-c"]'),
        ("FROM a\nRUN cat <<EOF\nb", "heredoc-unterminated", 2, "only EOF on it"),
        ("FROM a\nEXPOSE 80800", "expose-port", 2, "EXPOSE 8000"),
        ("FROM a\nEXPOSE 0", "expose-port", 2, "EXPOSE 8000"),
        ("FROM a\nEXPOSE http", "expose-port", 2, "EXPOSE 8000"),
        ("FROM a\nEXPOSE 80/http", "expose-port", 2, ""),
        ("FROM a\nEXPOSE 90-80", "expose-port", 2, ""),
        ("FROM a\nENV B", "pair-value", 2, "ENV B=value"),
        ("FROM a\nENV B=c d", "pair-value", 2, 'ENV B="c d"'),
        ("FROM a\nLABEL =c", "pair-name", 2, ""),
        ("FROM a\nHEALTHCHECK curl x", "healthcheck", 2, "HEALTHCHECK CMD curl x"),
        ("FROM a\nHEALTHCHECK CMD", "healthcheck", 2, "HEALTHCHECK CMD"),
        ("FROM a\nHEALTHCHECK NONE x", "healthcheck", 2, ""),
        ("FROM a\nHEALTHCHECK --interval=30 CMD x", "healthcheck", 2, "--interval=30s"),
        ("FROM a\nHEALTHCHECK --retries=some CMD x", "healthcheck", 2, ""),
        ("FROM a\nSTOPSIGNAL SIGTREM", "stop-signal", 2, "SIGTERM"),
        ("FROM a\nONBUILD ONBUILD RUN x", "onbuild", 2, ""),
        ("FROM a\nONBUILD RNU x", "unknown-instruction", 2, "ONBUILD RUN"),
        ("# escape=x\nFROM a", "escape-directive", 1, "# escape"),
        ("# escape=`\n# escape=`\nFROM a", "duplicate-directive", 2, "one of them"),
    ],
)
def test_each_mistake_that_would_fail_is_an_error_with_a_fix(text: str, code: str, line: int, fix: str) -> None:
    problem = only(parse(text).problems, code)
    assert (problem.severity, problem.line) == ("error", line)
    assert fix in problem.fix


@pytest.mark.parametrize(
    ("text", "code", "line", "fix"),
    [
        ("FROM a\nCMD ['b', 'c']", "json-form", 2, '["b", "c"]'),
        ("FROM a\nENTRYPOINT [b, c]", "json-form", 2, '["b", "c"]'),
        ("FROM a\nCMD [“b”, “c”]", "json-form", 2, '["b", "c"]'),
        ('FROM a\nCMD ["b" "c"]', "json-form", 2, '["b", "c"]'),
        ("FROM a\nRUN ['b', 'c']", "json-form", 2, '["b", "c"]'),
        ("FROM a\nHEALTHCHECK CMD ['b']", "json-form", 2, '["b"]'),
        ("FROM a\nCMD b\nCMD c", "replaced-instruction", 2, "Keep only"),
        ("FROM a\nENTRYPOINT b\nRUN x\nENTRYPOINT c", "replaced-instruction", 2, "Keep only"),
        ("FROM a\nMAINTAINER Ada", "maintainer", 2, 'LABEL maintainer="Ada"'),
        ("FROM a\nRUN b \\", "trailing-continuation", 2, "Remove it"),
        ("FROM a\nRUN b \\\n\n c", "empty-continuation", 3, "Delete"),
        ("FROM a\nEXPOSE 8080:80", "expose-mapping", 2, "EXPOSE 80."),
        ("FROM a\nENV B = c", "pair-spaces", 2, "ENV B=c"),
    ],
)
def test_what_builds_but_is_not_meant_is_a_warning(text: str, code: str, line: int, fix: str) -> None:
    problem = only(parse(text).problems, code)
    assert (problem.severity, problem.line) == ("warning", line)
    assert fix in problem.fix


@pytest.mark.parametrize(
    "line",
    [
        "CMD []",
        "ENTRYPOINT []",
        'RUN [ "$A" = "b" ] && echo yes',
        "RUN [ -f /x ] || exit 1",
        'RUN [ "$A" ]; echo',
        "EXPOSE 80 443/tcp 8000-8010 53/udp $PORT ${PORT:-80}/tcp",
        "ENV A=1 B=\"two words\" C='x y' D=a\\ b",
        "ENV KEY the old way",
        'LABEL a.b=c "d"="e f"',
        'ARG A B=1 C="x y"',
        "HEALTHCHECK NONE",
        'HEALTHCHECK --interval=1m30s --timeout=3s --start-period=0 --retries=3 CMD ["a"]',
        "STOPSIGNAL 15",
        "STOPSIGNAL sigint",
        "STOPSIGNAL $SIG",
        "STOPSIGNAL SIGRTMIN+3",
        "ONBUILD COPY . .",
        "VOLUME /a /b",
        'VOLUME ["/a"]',
        "RUN --mount=type=cache,target=/a --mount=type=tmpfs,target=/b --network=none ls",
        "COPY --chmod=755 --chown=a:b --link a b/",
        "RUN echo a # not a Dockerfile comment but the shell's",
        "ADD --checksum=sha256:0 a b",
        'SHELL ["/bin/bash", "-c"]',
        "COPY a#b c",
    ],
)
def test_good_lines_bring_no_problem(line: str) -> None:
    assert parse(f"FROM a\n{line}\n").problems == ()


def test_a_mistyped_from_is_reported_once() -> None:
    assert codes(parse("FORM busybox\n").problems) == ["unknown-instruction"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("FROM a\n  RNU b", (2, 3, 6)),
        ("FROM a\nEXPOSE 80 \\\n   80800", (3, 4, 9)),
        ("FROM a\nCOPY --from=b --form=c d e", (2, 15, 21)),
    ],
)
def test_the_marked_place_is_the_word_at_fault(text: str, place: tuple[int, int, int]) -> None:
    errors: list[Problem] = [one for one in parse(text).problems if one.severity == "error"]
    assert [(one.line, one.column, one.end_column) for one in errors] == [place]


def test_a_line_longer_than_the_engine_reads_is_refused() -> None:
    assert only(parse(f"FROM a\nRUN {'x' * 70_000}").problems, "line-too-long").line == 2
