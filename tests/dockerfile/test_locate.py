"""From the names BuildKit gives its steps back to lines."""

import pytest

from playground.dockerfile import StepName, locate, parse, parse_vertex_name, steps

SEVERAL = """ARG V=1
FROM busybox AS build
ENV NAME=app.py
WORKDIR /src
COPY $NAME .
RUN echo "one" && \\
    echo two
FROM build
RUN three
FROM scratch
LABEL a=b
COPY --from=build /src /srv
COPY --from=build /src /srv2
"""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("[2/4] RUN x", StepName(None, 2, 4, "RUN x")),
        ("[build 1/3] FROM docker.io/library/busybox:latest@sha256:0a", None),
        ("[ 2/10] RUN x", StepName(None, 2, 10, "RUN x")),
        ("[stage-1  3/12] COPY a b", StepName("stage-1", 3, 12, "COPY a b")),
        ("[linux/arm64->amd64 build 1/2] RUN a", StepName("build", 1, 2, "RUN a")),
        ("[build 1/2] LINK COPY --link a b", StepName("build", 1, 2, "COPY --link a b")),
        ("[1/1] RUN <<EOF (a...)", StepName(None, 1, 1, "RUN <<EOF (a...)")),
    ],
)
def test_a_step_name_is_taken_apart(name: str, expected: StepName | None) -> None:
    if expected is None:
        expected = StepName("build", 1, 3, "FROM docker.io/library/busybox:latest@sha256:0a")
    assert parse_vertex_name(name) == expected


@pytest.mark.parametrize(
    "name", ["[internal] load build context", "exporting to image", "", "copy /context /", "[auth] x", "FROM busybox"]
)
def test_the_engines_own_work_is_no_step(name: str) -> None:
    assert parse_vertex_name(name) is None
    assert locate(parse(SEVERAL), name) is None


def test_only_instructions_that_make_a_layer_are_numbered() -> None:
    build, middle, last = parse(SEVERAL).stages
    assert [one.keyword for one in steps(build)] == ["FROM", "WORKDIR", "COPY", "RUN"]
    # A stage on top of another, or on nothing, has no FROM step.
    assert [one.keyword for one in steps(middle)] == ["RUN"]
    assert [one.keyword for one in steps(last)] == ["COPY", "COPY"]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("[build 1/4] FROM docker.io/library/busybox:latest@sha256:0a", 2),
        ("[build 2/4] WORKDIR /src", 4),
        ("[build 3/4] COPY app.py .", 5),
        ("[build 4/4] RUN echo one &&     echo two", 6),
        ('[build 4/4] RUN echo "one" &&     echo two', 6),
        ("[BUILD 4/4] RUN echo one &&     echo two", 6),
        ("[stage-1 1/1] RUN three", 9),
        ("[stage-2 1/2] COPY --from=build /src /srv", 12),
        ("[stage-2 2/2] COPY --from=build /src /srv2", 13),
        # ONBUILD steps of a base image push the numbers up: the text still tells.
        ("[stage-2 3/4] COPY --from=build /src /srv", 12),
        ("[build 2/5] ONBUILD RUN something", 2),
    ],
)
def test_a_step_is_found_on_its_line(name: str, line: int) -> None:
    instruction = locate(parse(SEVERAL), name)
    assert instruction is not None
    assert instruction.line == line


@pytest.mark.parametrize(
    "name", ["[2/4] RUN x", "[other 1/1] RUN three", "[stage-9 1/1] RUN a", "[stage-1 1/1] COPY a b"]
)
def test_a_step_of_another_dockerfile_is_not_found(name: str) -> None:
    assert locate(parse(SEVERAL), name) is None


def test_a_single_stage_has_no_name_in_front_even_if_it_was_given_one() -> None:
    dockerfile = parse("FROM busybox AS only\nRUN a\nRUN a\nRUN <<EOF\nx\nEOF\n")
    assert [getattr(locate(dockerfile, f"[{step}/4] RUN a"), "line", None) for step in (2, 3)] == [2, 3]
    assert getattr(locate(dockerfile, "[4/4] RUN <<EOF (x)"), "line", None) == 4


def test_workdir_at_the_root_gets_no_number_and_shifts_those_behind() -> None:
    dockerfile = parse("FROM busybox\nWORKDIR /\nRUN a\nRUN b")
    assert getattr(locate(dockerfile, "[2/4] RUN a"), "line", None) == 3
    assert getattr(locate(dockerfile, "[3/4] RUN b"), "line", None) == 4
