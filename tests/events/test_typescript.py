"""The generator of the browser's twin. That the twin is up to date is a rule of the house, tested there."""

from typing import Annotated, Literal

import pytest

from playground.events import typescript, wire


@pytest.mark.parametrize(
    ("annotation", "text"),
    [
        (str, "string"),
        (int, "number"),
        (float, "number"),
        (bool, "boolean"),
        (object, "unknown"),
        (str | None, "string | null"),
        (Literal["a", "b"], '"a" | "b"'),
        (list[int], "number[]"),
        (list[str | None], "(string | null)[]"),
        (list[Literal["a", "b"]], '("a" | "b")[]'),
        (tuple[float, Literal["x"], str], '[number, "x", string]'),
        (dict[str, int], "Record<string, number>"),
        (Annotated[int, "note"], "number"),
        (wire.Step, "Step"),
        (list[wire.Step], "Step[]"),
        (wire.OutputLine, '[number, "stdout" | "stderr", string]'),
    ],
)
def test_an_annotation_has_its_spelling(annotation: object, text: str) -> None:
    assert typescript._type(annotation) == text


@pytest.mark.parametrize("annotation", [bytes, set[int], complex])
def test_an_annotation_without_a_spelling_is_refused(annotation: object) -> None:
    with pytest.raises(TypeError, match="no TypeScript for"):
        typescript._type(annotation)


def test_every_event_is_in_the_map() -> None:
    text = typescript.generate()
    for name, shape in wire.EVENTS.items():
        assert f'  "{name}": {shape.__name__};\n' in text


def test_a_shape_is_an_interface_with_its_sentence() -> None:
    text = typescript.generate()
    assert "/** How many builds are before this one; 0 is next. */\nexport interface BuildPosition {\n" in text
    assert "BuildPosition {\n  ahead: number;\n}\n" in text


def test_every_shape_is_written_once_and_the_base_not_at_all() -> None:
    text = typescript.generate()
    shapes = [name for name, thing in vars(wire).items() if isinstance(thing, type) and issubclass(thing, wire.Wire)]
    for name in shapes:
        assert text.count(f"export interface {name} {{") == (0 if name == "Wire" else 1), name


def test_frames_and_close_codes_are_there() -> None:
    text = typescript.generate()
    assert "export type Frame = HelloFrame | EventsFrame | ResetFrame | EndFrame | PingFrame;\n" in text
    assert "export const CLOSE_NOT_FOUND = 4404;\n" in text


def test_the_same_contract_gives_the_same_text() -> None:
    assert typescript.generate() == typescript.generate()
