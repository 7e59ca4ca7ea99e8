"""Turns the wire contract into TypeScript: one interface a shape, `EventMap`, the frames and the close codes."""

import inspect
import types
import typing
from typing import Any, Literal, TypeGuard

from playground.events import wire


def generate() -> str:
    """The whole text of static/src/wire.ts."""
    shapes = [shape for shape in vars(wire).values() if _is_shape(shape)]
    shapes.sort(key=lambda shape: inspect.getsourcelines(shape)[1])
    parts = ["// Written by `manage.py wire` from playground/events/wire.py: change that, then run it again.\n"]
    parts += [_interface(shape) for shape in shapes]
    entries = "".join(f'  "{name}": {shape.__name__};\n' for name, shape in wire.EVENTS.items())
    about = "/** Every event's type and the shape of its payload. */"
    parts.append(f"{about}\nexport interface EventMap {{\n{entries}}}\n")
    parts.append("export type EventType = keyof EventMap;\n")
    frames = " | ".join(frame.__name__ for frame in wire.FRAMES)
    parts.append(f"export type Frame = {frames};\n")
    codes = [name for name in vars(wire) if name.startswith("CLOSE_")]
    parts.append("".join(f"export const {name} = {getattr(wire, name)};\n" for name in codes))
    return "\n".join(parts)


def _is_shape(thing: object) -> TypeGuard[type[wire.Wire]]:
    return inspect.isclass(thing) and issubclass(thing, wire.Wire) and thing is not wire.Wire


def _interface(shape: type[wire.Wire]) -> str:
    fields = "".join(f"  {name}: {_type(field.annotation)};\n" for name, field in shape.model_fields.items())
    return f"/** {inspect.getdoc(shape)} */\nexport interface {shape.__name__} {{\n{fields}}}\n"


PLAIN: dict[Any, str] = {
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    type(None): "null",
    object: "unknown",
}


def _type(annotation: Any) -> str:
    """One annotation as TypeScript. Raises `TypeError` for one we have no spelling for."""
    if annotation in PLAIN:
        return PLAIN[annotation]
    if inspect.isclass(annotation) and issubclass(annotation, wire.Wire):
        return annotation.__name__
    origin, inside = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Literal:
        return " | ".join(f'"{value}"' for value in inside)
    if origin in {types.UnionType, typing.Union}:
        return " | ".join(_type(part) for part in inside)
    if origin is list:
        inner = _type(inside[0])
        return f"({inner})[]" if "|" in inner else f"{inner}[]"
    if origin is tuple:
        return "[" + ", ".join(_type(part) for part in inside) + "]"
    if origin is dict:
        return f"Record<{_type(inside[0])}, {_type(inside[1])}>"
    if origin is typing.Annotated:
        return _type(inside[0])
    raise TypeError(f"no TypeScript for {annotation!r}")
