"""Templates such as `{.items[*].metadata.name}`: kubectl's dialect of JSONPath, read and carried out.

    .name  ['name']  .*  [*]  [0]  [-1]  [0:2]  [0,2]  ..name  [?(@.type=="Ready")]  {range .items[*]}…{end}  {"\\n"}

Source: k8s.io/client-go/util/jsonpath. A field that is missing is nothing; raises CommandError for what cannot be read.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from playground.kube.kubectl.errors import CommandError

Step = Callable[[Any], Iterator[Any]]
Path = Sequence[Step]

_FIELD: Final = re.compile(r"(?:\\.|[^\\.\[\]{}\s\"'()=<>!,:@])+")
_FILTER: Final = re.compile(r"\?\((.*)\)$", re.DOTALL)
_COMPARED: Final = re.compile(r"(.+?)\s*(==|!=|<=|>=|<|>)\s*(.+)", re.DOTALL)
_TESTS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "==": lambda one, other: bool(one == other),
    "!=": lambda one, other: bool(one != other),
    "<": lambda one, other: bool(one < other),
    ">": lambda one, other: bool(one > other),
    "<=": lambda one, other: bool(one <= other),
    ">=": lambda one, other: bool(one >= other),
}


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of a template: text as it is, a path whose values are printed, or what is done for each of its values."""

    text: str = ""
    path: Path | None = None
    inside: "tuple[Node, ...] | None" = None


def relaxed(expression: str) -> str:
    """Return `{.a.b}` for `a.b`, `.a.b` or itself, as flags take it."""
    found = re.fullmatch(r"\{?\.?([^{}]+)\}?", expression)
    if found is None or ("{" in expression) != ("}" in expression):
        told = (
            "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'"
        )
        raise CommandError(told)
    inner = found[1]
    return f"{{{inner}}}" if inner.startswith("[") else f"{{.{inner}}}"


def values(template: str, obj: Any) -> list[Any]:
    """Return what the paths of a template find."""
    return [value for node in parse(template) if node.path is not None for value in _follow(node.path, [obj])]


def printed(template: str, obj: Any) -> str:
    """Carry a template out."""
    return "".join(_print(parse(template), obj))


def parse(template: str) -> tuple[Node, ...]:
    """Read a template."""
    stack: list[list[Node]] = [[]]
    ranges: list[Path] = []
    at = 0
    while at < len(template):
        if template[at] != "{":
            end = template.find("{", at)
            end = len(template) if end < 0 else end
            stack[-1].append(Node(text=template[at:end]))
            at = end
            continue
        end = _closing(template, at)
        action = template[at + 1 : end].strip()
        at = end + 1
        if action.startswith("range ") or action == "range":
            ranges.append(_path(action[5:].strip(), template))
            stack.append([])
        elif action == "end":
            if not ranges:
                raise CommandError(f"error parsing jsonpath {template}, not in range, nothing to end")
            inside = tuple(stack.pop())
            stack[-1].append(Node(path=ranges.pop(), inside=inside))
        else:
            stack[-1].append(_action(action, template))
    if ranges:
        raise CommandError(f"error parsing jsonpath {template}, unterminated range, no end")
    return tuple(stack[0])


def _action(action: str, template: str) -> Node:
    if action[:1] in {'"', "'"}:
        return Node(text=_text(action))
    return Node(path=_path(action, template))


def _closing(template: str, start: int) -> int:
    """Return where an action ends, past the quotes in it."""
    quote = ""
    for at in range(start + 1, len(template)):
        letter = template[at]
        if quote:
            quote = "" if letter == quote and template[at - 1] != "\\" else quote
        elif letter in {'"', "'"}:
            quote = letter
        elif letter == "}":
            return at
    raise CommandError(f"error parsing jsonpath {template}, unclosed action")


def _text(word: str) -> str:
    """Return what a quoted word says."""
    inner = word[1:-1]
    escapes = {"n": "\n", "t": "\t", "r": "\r"}
    return re.sub(r"\\(.)", lambda found: escapes.get(found[1], found[1]), inner)


def _path(text: str, template: str) -> Path:
    steps: list[Step] = []
    at = 1 if text[:1] in {"$", "@"} else 0
    while at < len(text):
        if text.startswith("..", at):
            steps.append(_deep)
            at += 1 if text[at + 2 : at + 3] not in {"", "["} else 2
        elif text[at] == "[":
            end = _bracket(text, at, template)
            steps.append(_subscript(text[at + 1 : end].strip(), template))
            at = end + 1
        elif text[at] in ". ":
            at += 1
        elif text[at] == "*":
            steps.append(_all)
            at += 1
        elif found := _FIELD.match(text, at):
            steps.append(_field(re.sub(r"\\(.)", r"\1", found[0])))
            at = found.end()
        else:
            raise CommandError(f"error parsing jsonpath {template}, unrecognized character in action: {text[at]!a}")
    return steps


def _bracket(text: str, start: int, template: str) -> int:
    depth, quote = 0, ""
    for at in range(start, len(text)):
        letter = text[at]
        if quote:
            quote = "" if letter == quote else quote
        elif letter in {'"', "'"}:
            quote = letter
        elif letter == "[":
            depth += 1
        elif letter == "]":
            depth -= 1
            if not depth:
                return at
    raise CommandError(f"error parsing jsonpath {template}, unterminated array")


def _subscript(inner: str, template: str) -> Step:
    if inner == "*":
        return _all
    if found := _FILTER.match(inner):
        return _filter(found[1].strip(), template)
    if inner[:1] in {'"', "'"}:
        names = [_text(word.strip()) for word in inner.split(",")]
        return lambda value: (each for name in names for each in _field(name)(value))
    parts = [part.strip() for part in inner.split(",")]
    try:
        picks = [_pick(part) for part in parts]
    except ValueError as error:
        raise CommandError(f"error parsing jsonpath {template}, invalid array index {inner}") from error
    return lambda value: (each for pick in picks for each in _picked(value, pick))


def _pick(part: str) -> slice | int:
    if ":" in part:
        return slice(*(int(end) if end.strip() else None for end in part.split(":")))
    return int(part)


def _picked(value: Any, pick: slice | int) -> Iterator[Any]:
    if not isinstance(value, list | tuple):
        return
    if isinstance(pick, slice):
        yield from value[pick]
    elif -len(value) <= pick < len(value):
        yield value[pick]
    else:
        raise CommandError(f"array index out of bounds: index {pick}, length {len(value)}")


def _field(name: str) -> Step:
    def step(value: Any) -> Iterator[Any]:
        if isinstance(value, Mapping) and name in value:
            yield value[name]

    return step


def _all(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        yield from (value[key] for key in sorted(value))
    elif isinstance(value, list | tuple):
        yield from value


def _deep(value: Any) -> Iterator[Any]:
    yield value
    for inner in _all(value):
        yield from _deep(inner)


def _filter(text: str, template: str) -> Step:
    compared = _COMPARED.fullmatch(text)
    if compared is None:
        path = _path(text, template)
        return lambda value: (each for each in _all(value) if list(_follow(path, [each])))
    left, sign, right = compared.groups()
    one, other, test = _operand(left, template), _operand(right, template), _TESTS[sign]

    def step(value: Any) -> Iterator[Any]:
        for each in _all(value):
            found, wanted = one(each), other(each)
            if found and wanted and type(found[0]) is type(wanted[0]) and test(found[0], wanted[0]):
                yield each

    return step


def _operand(text: str, template: str) -> Callable[[Any], list[Any]]:
    text = text.strip()
    if text[:1] in {"@", "$", "."}:
        path = _path(text, template)
        return lambda each: list(_follow(path, [each]))
    if text[:1] in {'"', "'"}:
        return lambda each: [_text(text)]
    try:
        constant = json.loads(text)
    except ValueError as error:
        raise CommandError(f"error parsing jsonpath {template}, unrecognized identifier {text}") from error
    return lambda each: [constant]


def _follow(path: Path, found: list[Any]) -> list[Any]:
    for step in path:
        found = [each for value in found for each in step(value)]
    return found


def _print(nodes: Sequence[Node], obj: Any) -> Iterator[str]:
    for node in nodes:
        if node.path is None:
            yield node.text
        elif node.inside is None:
            yield " ".join(shown(value) for value in _follow(node.path, [obj]))
        else:
            for value in _follow(node.path, [obj]):
                yield from _print(node.inside, value)


def shown(value: Any) -> str:
    """Return a value as a template prints it: texts bare, lists and maps as JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False, default=dict)
