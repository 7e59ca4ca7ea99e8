"""The closed contract: every event and frame round-trips, and takes nothing else."""

import types
import typing
from typing import Any, Literal

import pytest
from pydantic import ValidationError

from playground.events import wire

ALL: set[type[wire.Wire]] = {*wire.EVENTS.values(), *wire.FRAMES, wire.AckFrame}
SHAPES = sorted(ALL, key=lambda shape: shape.__name__)


def example(annotation: Any) -> Any:
    """A value of that annotation."""
    plain = {str: "ä☃", int: 7, float: 1.5, bool: True, type(None): None, object: {"any": [1]}}
    if annotation in plain:
        return plain[annotation]
    if isinstance(annotation, type) and issubclass(annotation, wire.Wire):
        return filled(annotation)
    origin, inside = typing.get_origin(annotation), typing.get_args(annotation)
    made: dict[Any, Any] = {
        Literal: lambda: inside[0],
        types.UnionType: lambda: example(inside[0]),
        list: lambda: [example(inside[0])] * 2,
        tuple: lambda: tuple(example(part) for part in inside),
        dict: lambda: {"key": example(inside[1])},
    }
    return made[origin]()


def filled(shape: type[wire.Wire]) -> wire.Wire:
    """An instance with every field set."""
    return shape(**{name: example(field.annotation) for name, field in shape.model_fields.items()})


def parts_of(shape: type[wire.Wire]) -> set[type[wire.Wire]]:
    """*shape* and every shape inside it."""
    found = {shape}
    waiting = [field.annotation for field in shape.model_fields.values()]
    while waiting:
        annotation = waiting.pop()
        if isinstance(annotation, type) and issubclass(annotation, wire.Wire):
            found |= parts_of(annotation)
        waiting += typing.get_args(annotation)
    return found


def test_the_set_of_events_is_closed() -> None:
    assert sorted(wire.EVENTS) == [
        "build.cancelling", "build.cut", "build.finished", "build.output", "build.position", "build.progress",
        "build.put", "build.queued", "build.started", "build.step", "build.steps",
        "container.changed", "container.cut", "container.gone", "container.output", "container.put",
        "file.gone", "file.put", "image.gone", "image.put", "notice.put", "project.gone", "project.put", "site.image",
    ]  # fmt: skip


def test_every_shape_belongs_to_an_event_or_a_frame() -> None:
    used = set().union(*(parts_of(shape) for shape in SHAPES))
    there = {thing for thing in vars(wire).values() if isinstance(thing, type) and issubclass(thing, wire.Wire)}
    assert there - used - {wire.Wire} <= {wire.Problem}  # problems go over the API


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_makes_a_round_trip(shape: type[wire.Wire]) -> None:
    before = filled(shape)
    assert shape.model_validate_json(before.model_dump_json()) == before


@pytest.mark.parametrize("shape", SHAPES)
def test_an_unknown_field_is_refused(shape: type[wire.Wire]) -> None:
    with pytest.raises(ValidationError, match="extra"):
        shape.model_validate({**filled(shape).model_dump(), "unknown": 1})


@pytest.mark.parametrize("shape", SHAPES)
def test_no_field_may_be_left_out(shape: type[wire.Wire]) -> None:
    whole = filled(shape).model_dump()
    for name in whole:
        with pytest.raises(ValidationError):
            shape.model_validate({key: value for key, value in whole.items() if key != name})


def test_values_are_not_coerced() -> None:
    with pytest.raises(ValidationError):
        wire.BuildPosition.model_validate({"ahead": "3"})
    with pytest.raises(ValidationError):
        wire.BuildPosition.model_validate({"ahead": True})
    with pytest.raises(ValidationError):
        wire.ProjectGone.model_validate({"id": 3})


def test_a_state_outside_the_set_is_refused() -> None:
    with pytest.raises(ValidationError):
        wire.BuildStep.model_validate({"id": "1", "state": "sleeping", "started": None, "completed": None, "error": ""})


def test_a_payload_does_not_change_under_its_holder() -> None:
    with pytest.raises(ValidationError):
        wire.ProjectGone(id="1").id = "2"  # type: ignore[misc]


@pytest.mark.parametrize("ack", [-1, "1", 1.5, None, True])
def test_an_ack_is_a_number_from_zero_on(ack: object) -> None:
    with pytest.raises(ValidationError):
        wire.AckFrame.model_validate({"ack": ack})


def test_every_close_code_is_of_the_range_for_applications() -> None:
    codes = {name: value for name, value in vars(wire).items() if name.startswith("CLOSE_")}
    assert sorted(codes.values()) == [4400, 4401, 4404, 4429]
