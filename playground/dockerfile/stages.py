"""Grouping instructions into stages, and working out which image or stage each FROM starts from.

Called by the reader with ARG defaults alone, and by the checks and the rewriter with build arguments as well.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from playground.dockerfile.model import Dockerfile, Instruction, Stage
from playground.dockerfile.variables import Expansion, expand
from playground.dockerfile.words import unquote

# Docker fills these in by itself; their values depend on the machine.
PLATFORM_ARGS = frozenset(
    f"{side}{part}" for side in ("TARGET", "BUILD") for part in ("PLATFORM", "OS", "ARCH", "VARIANT")
)
SCRATCH = "scratch"
_FROM_WITH_NAME = 3
# Characters of the values that FROM lines may use. Who has more is told so by check_amounts; here it only saves memory.
_MOST_TOGETHER = 256 * 1024


def global_values(instructions: Iterable[Instruction], *, build_args: Mapping[str, str], escape: str) -> dict[str, str]:
    """The values that FROM lines may use: the ARGs before the first FROM, build arguments winning over defaults."""
    values: dict[str, str] = {}
    room = _MOST_TOGETHER
    for instruction in instructions:
        if instruction.keyword != "ARG" or instruction.stage is not None or room < 0:
            continue
        for word in instruction.args:
            name, equals, default = word.partition("=")
            if name in build_args:
                values[name] = build_args[name]
            elif equals:
                value = expand(default, values, escape=escape).value
                values[name] = unquote(default, escape) if value is None else value
                room -= len(values[name])
    return values


def base_of(dockerfile: Dockerfile, stage: Stage, *, build_args: Mapping[str, str]) -> Expansion:
    """What the FROM of a stage names once its variables are filled in."""
    values = global_values(dockerfile.instructions, build_args=build_args, escape=dockerfile.escape)
    return expand(stage.base, values, escape=dockerfile.escape)


def find_earlier(stages: Sequence[Stage], name: str) -> Stage | None:
    """The last stage in `stages` called `name`, upper and lower case alike."""
    return next((stage for stage in reversed(stages) if stage.name == name.lower()), None)


def with_build_args(dockerfile: Dockerfile, build_args: Mapping[str, str]) -> Dockerfile:
    """The same Dockerfile with every stage's base worked out anew for these build arguments."""
    if not build_args:
        return dockerfile
    values = global_values(dockerfile.instructions, build_args=build_args, escape=dockerfile.escape)
    stages: list[Stage] = []
    for stage in dockerfile.stages:
        stages.append(_resolved(stage, stages, values=values, escape=dockerfile.escape))
    return replace(dockerfile, stages=tuple(stages))


def group(instructions: Sequence[Instruction], *, escape: str) -> tuple[Stage, ...]:
    """The stages of a file whose instructions already know their stage number."""
    values = global_values(instructions, build_args={}, escape=escape)
    members: dict[int, list[Instruction]] = {}
    for instruction in instructions:
        if instruction.stage is not None:
            members.setdefault(instruction.stage, []).append(instruction)
    stages: list[Stage] = []
    for index, (opening, *rest) in sorted(members.items()):
        stage = Stage(
            index=index,
            name=_name(opening),
            base=opening.args[0] if opening.args else "",
            resolved_base=None,
            platform=opening.flag("platform"),
            line=opening.line,
            instructions=tuple(rest),
            opening=opening,
        )
        stages.append(_resolved(stage, stages, values=values, escape=escape))
    return tuple(stages)


def _name(opening: Instruction) -> str | None:
    args = opening.args
    named = len(args) == _FROM_WITH_NAME and args[1].lower() == "as"
    return args[2].lower() if named else None


def _resolved(stage: Stage, earlier: Sequence[Stage], *, values: Mapping[str, str], escape: str) -> Stage:
    expansion = expand(stage.base, values, escape=escape)
    base = None if expansion.missing or not expansion.value else expansion.value
    parent = find_earlier(earlier, base) if base else None
    return replace(stage, resolved_base=base, parent=parent.index if parent else None)


def needed(dockerfile: Dockerfile, target: str | None) -> frozenset[int]:
    """The stages that a build up to `target` (or up to the end) takes in; Docker leaves the others out."""
    if not dockerfile.stages:
        return frozenset()
    last = dockerfile.stage_named(target) if target else None
    waiting = [(last or dockerfile.stages[-1]).index]
    found: set[int] = set()
    while waiting:
        index = waiting.pop()
        if index not in found:
            found.add(index)
            waiting.extend(_uses(dockerfile, dockerfile.stages[index]))
    return frozenset(found)


def _uses(dockerfile: Dockerfile, stage: Stage) -> list[int]:
    used = [] if stage.parent is None else [stage.parent]
    for instruction in stage.instructions:
        for name in sources_of(instruction):
            source = stage_for(dockerfile, name)
            if source is not None:
                used.append(source.index)
    return used


def stage_for(dockerfile: Dockerfile, name: str) -> Stage | None:
    """The stage that `--from=name` means: by its number or by its name."""
    if name.isascii() and name.isdecimal():
        number = int(name[:9])
        return dockerfile.stages[number] if number < len(dockerfile.stages) else None
    return dockerfile.stage_named(name)


def assignments(instruction: Instruction) -> list[tuple[str, str]]:
    """What ENV or LABEL sets, by name: of `ENV a=1 b=2`, and of the old `ENV a 1`."""
    args = instruction.args
    if args and "=" not in args[0]:
        return [(args[0], args[1])] if len(args) > 1 else []
    return [(name, value) for name, _, value in (word.partition("=") for word in args)]


def sources_of(instruction: Instruction) -> list[str]:
    """What the instruction takes files from: its --from, or the from= of its mounts."""
    if instruction.keyword == "COPY":
        source = instruction.flag("from")
        return [source] if source else []
    if instruction.keyword == "RUN":
        mounts = [mount_fields(flag.value or "") for flag in instruction.flags if flag.name == "mount"]
        return [fields["from"] for fields in mounts if fields.get("from")]
    return []


def mount_fields(value: str) -> dict[str, str]:
    """`type=bind,from=build,ro` as a table; a field without a value maps to "true"."""
    fields: dict[str, str] = {}
    for piece in value.split(","):
        name, equals, content = piece.strip().strip('"').partition("=")
        fields[name.lower()] = content if equals else "true"
    return fields
