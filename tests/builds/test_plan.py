"""The build graph from the Dockerfile, and which cell a vertex of the engine's trace is."""

from collections.abc import Mapping

import pytest

from playground.builds.plan import Plan
from playground.dockerfile import parse
from playground.engine.sandbox import hide_engine_names

TWO_STAGES = """\
FROM gcc:12 AS build
WORKDIR /src
COPY src/ .
RUN gcc -o /hello hello.c

FROM busybox:latest
COPY --from=build /hello /hello
RUN /hello
CMD ["/hello"]
"""


def plan(text: str, *, target: str = "") -> Plan:
    """The plan of a Dockerfile."""
    return Plan(parse(text), target=target, hide=hide_engine_names)


def titles(made: Plan) -> Mapping[str, str]:
    """Cell id → title."""
    return {cell.shown.id: cell.shown.title for cell in made.cells}


def test_the_graph_has_a_column_for_each_stage_and_a_cell_for_each_step() -> None:
    cells = [cell.shown for cell in plan(TWO_STAGES).cells]
    assert [(cell.id, cell.stage, cell.index, cell.total, cell.line) for cell in cells] == [
        ("0.1", "build", 1, 4, 1),
        ("0.2", "build", 2, 4, 2),
        ("0.3", "build", 3, 4, 3),
        ("0.4", "build", 4, 4, 4),
        ("1.1", "final", 1, 3, 6),
        ("1.2", "final", 2, 3, 7),
        ("1.3", "final", 3, 3, 8),
    ]


def test_copy_from_is_an_arrow_from_the_last_step_of_that_stage() -> None:
    inputs = {cell.shown.id: cell.shown.inputs for cell in plan(TWO_STAGES).cells}
    assert inputs["0.4"] == ["0.3"]
    assert inputs["1.1"] == []
    assert inputs["1.2"] == ["1.1", "0.4"]
    assert inputs["1.3"] == ["1.2"]


def test_a_stage_that_the_target_does_not_need_has_no_cells() -> None:
    assert list(titles(plan(TWO_STAGES, target="build"))) == ["0.1", "0.2", "0.3", "0.4"]


def test_a_stage_nobody_copies_from_is_left_out() -> None:
    text = "FROM busybox AS unused\nRUN true\nFROM busybox\nRUN true\n"
    assert list(titles(plan(text))) == ["1.1", "1.2"]


def test_a_stage_on_another_stage_goes_on_from_its_last_step() -> None:
    cells = {cell.shown.id: cell.shown for cell in plan("FROM busybox AS a\nRUN one\nFROM a AS b\nRUN two\n").cells}
    assert list(cells) == ["0.1", "0.2", "1.1"]
    assert cells["1.1"].inputs == ["0.2"]
    assert (cells["1.1"].index, cells["1.1"].total) == (1, 1)


def test_from_scratch_is_no_step() -> None:
    made = plan("FROM busybox AS build\nRUN x\nFROM scratch\nCOPY --from=build /x /x\n")
    assert titles(made) == {"0.1": "FROM busybox AS build", "0.2": "RUN x", "1.1": "COPY --from=build /x /x"}
    assert made.cells[-1].shown.inputs == ["0.2"]


def test_steps_are_found_by_their_name() -> None:
    made = plan(TWO_STAGES)
    assert made.claim("[build 1/4] FROM docker.io/library/gcc:12@sha256:abc") == ["0.1"]
    assert made.claim("[build 2/4] WORKDIR /src") == ["0.2"]
    assert made.claim("[build 4/4] RUN gcc -o /hello hello.c") == ["0.4"]
    assert made.claim("[stage-1 2/3] COPY --from=build /hello /hello") == ["1.2"]


@pytest.mark.parametrize(
    "name",
    [
        "[internal] load build context",
        "[internal] load metadata for docker.io/library/busybox:latest",
        "[auth] library/busybox:pull token",
        "",
    ],
)
def test_the_engines_own_work_is_no_cell(name: str) -> None:
    assert plan(TWO_STAGES).claim(name) == []


def test_the_writing_of_the_image_is_the_last_cell_after_the_last_step_of_the_last_stage() -> None:
    drawn = plan(TWO_STAGES)
    assert drawn.claim("exporting to image") == [drawn.export.id]
    assert drawn.steps[-1] is drawn.export
    assert drawn.export.inputs == [drawn.cells[-1].shown.id]


def test_only_a_from_that_names_an_image_takes_a_base() -> None:
    drawn = plan("FROM busybox AS a\nRUN one\n")
    assert [drawn.takes_base(cell.shown.id) for cell in drawn.cells] == [True, False]


def test_one_vertex_is_the_from_of_every_stage_with_that_image() -> None:
    text = "FROM busybox AS a\nRUN one\nFROM busybox:latest\nCOPY --from=a /x /x\n"
    assert plan(text).claim("[a 1/2] FROM docker.io/library/busybox:latest@sha256:00") == ["0.1", "1.1"]


def test_an_own_image_is_found_by_the_engines_name_for_it() -> None:
    made = plan("FROM app:1\nRUN true\n")
    assert made.claim("[1/2] FROM docker.io/drydock-inst/learner/app:1") == ["0.1"]


def test_a_step_under_the_name_it_had_in_another_build_is_found_by_what_it_does() -> None:
    made = plan("FROM busybox AS mine\nRUN one\nRUN two\n")
    assert made.claim("[theirs 5/9] RUN two") == ["0.3"]
    assert made.claim("[theirs 4/9] RUN one") == ["0.2"]


def test_a_step_that_no_line_of_ours_does_is_no_cell() -> None:
    assert plan("FROM busybox AS mine\nRUN one\n").claim("[theirs 2/2] RUN something else") == []


def test_two_equal_steps_are_two_cells_and_a_third_is_none() -> None:
    made = plan("FROM busybox\nRUN same\nRUN same\n")
    assert made.claim("[2/3] RUN same") == ["0.2"]
    assert made.claim("[3/3] RUN same") == ["0.3"]
    assert made.claim("[3/3] RUN same") == []


def test_workdir_at_the_root_does_not_shift_the_steps_after_it() -> None:
    made = plan("FROM busybox\nWORKDIR /\nRUN one\nRUN two\n")
    assert made.claim("[2/4] RUN one") == ["0.3"]
    assert made.claim("[3/4] RUN two") == ["0.4"]


def test_a_variable_that_the_engine_filled_in_is_found_by_its_place() -> None:
    made = plan("FROM busybox\nARG V=1\nCOPY app-$V.txt /\nCOPY other /\n")
    assert made.claim("[2/3] COPY app-1.txt /") == ["0.2"]


def test_a_title_is_one_line_and_not_endless() -> None:
    (_, run) = plan("FROM busybox\nRUN one && \\\n    two " + "x" * 900 + "\n").cells
    assert run.shown.title.startswith("RUN one && two xxx")
    assert len(run.shown.title) == 500
