"""Does what FROM, COPY --from and --mount from= name exist? Images, earlier stages and the target of the build."""

from collections.abc import Iterator

from playground.dockerfile.distance import nearest
from playground.dockerfile.model import Instruction, Problem, Stage
from playground.dockerfile.references import normalise, parse_reference, suggest_name
from playground.dockerfile.stages import PLATFORM_ARGS, SCRATCH, base_of, mount_fields
from playground.dockerfile.surroundings import Surroundings

_HOST_PLATFORM_ARGS = tuple(f"${name}" for name in PLATFORM_ARGS) + tuple(f"${{{name}}}" for name in PLATFORM_ARGS)


def check_target(around: Surroundings) -> Iterator[Problem]:
    """The stage to build up to must be there."""
    target = around.target
    if not target or not around.dockerfile.stages or around.dockerfile.stage_named(target):
        return
    names = [stage.name for stage in around.dockerfile.stages if stage.name]
    meant = nearest(target, names)
    if meant:
        fix = f"Did you mean {meant}?"
    elif names:
        fix = f"Choose one of these: {', '.join(names)}."
    else:
        fix = f"Name the stage: write AS {target} at the end of its FROM line."
    last = around.dockerfile.stages[-1].opening
    yield around.source.problem(last, "unknown-target", f"There is no stage called {target} to build.", fix=fix)


def check_bases(around: Surroundings) -> Iterator[Problem]:
    """Every FROM starts from an image that is here, from an earlier stage, or from nothing."""
    for stage in around.dockerfile.stages:
        if not stage.base:
            continue
        if stage.resolved_base is None:
            yield from _unresolved(around, stage)
        elif stage.parent is None and stage.resolved_base != SCRATCH:
            yield from _image(around, stage, stage.resolved_base)
        if stage.platform and not stage.platform.startswith(_HOST_PLATFORM_ARGS) and stage.parent is None:
            yield around.source.problem(
                stage.opening,
                "platform",
                "The images here are made for this machine only, so asking for a platform may fail.",
                fix="Leave --platform away.",
                severity="warning",
                word="--platform",
            )


def _unresolved(around: Surroundings, stage: Stage) -> Iterator[Problem]:
    expansion = base_of(around.dockerfile, stage, build_args=around.build_args)
    if expansion.value is None:
        message = f"{stage.base} cannot be read: a ${{ is not closed, or has something in it that is not supported."
        fix = "Write it like ${VERSION} or ${VERSION:-1.0}."
    elif not expansion.missing:
        message, fix = f"{stage.base} comes out empty, so there is no image to start from.", "Name an image."
    elif PLATFORM_ARGS.issuperset(expansion.missing):
        return
    else:
        name = expansion.missing[0]
        declared = any(
            one.keyword == "ARG" and one.stage is None and name in one.args for one in around.dockerfile.instructions
        )
        message = f"ARG {name} has no default, so Docker cannot know which image this is."
        if not declared:
            message = f"There is no ARG {name} above the first FROM, so Docker cannot know which image this is."
        fix = f"Give it a value above the first FROM: ARG {name}=value"
    yield around.source.problem(stage.opening, "image-unknown", message, fix=fix, word=stage.base)


def _image(around: Surroundings, stage: Stage, base: str) -> Iterator[Problem]:
    if around.library.has(base):
        return
    code = "image-not-available" if parse_reference(base) else "image-name"
    later = [one for one in around.dockerfile.stages[stage.index :] if one.name == base.lower()]
    if later and code == "image-name":
        message, fix = f"No stage above this line is called {base}.", "Stages can only use the ones above them."
    elif later:
        message = f"The stage {base} comes later than this line, and {base} is no image either."
        fix = f"Move the stage {base} above this one."
    else:
        earlier = [one.name for one in around.dockerfile.stages[: stage.index] if one.name]
        message, fix = image_refusal(around, base, stages=earlier)
    yield around.source.problem(stage.opening, code, message, fix=fix, word=stage.base)


def image_refusal(around: Surroundings, name: str, *, stages: list[str]) -> tuple[str, str]:
    """Why this image cannot be used, and what can be instead."""
    offer = around.library.offer(name)
    reference = parse_reference(name)
    if reference is None:
        better = suggest_name(name)
        if around.library.has(better):
            offer = f"Write {better}."
        return f"{name} is not a valid image name.", offer
    meant = nearest(name, stages)
    if meant:
        return f"There is no image and no stage called {name}.", f"Did you mean the stage {meant}?"
    if reference.digest:
        without = name.partition("@")[0]
        hint = f"Write {without} without the @ part." if around.library.has(without) else offer
        return f"{without} with exactly this digest is not in the image library here.", hint
    return f"The image {reference.familiar()} is not in the image library here.", offer


def check_sources(around: Surroundings) -> Iterator[Problem]:
    """What files are taken from, in every stage."""
    for stage in around.dockerfile.stages:
        for instruction in stage.instructions:
            if instruction.keyword == "COPY" and (source := instruction.flag("from")):
                yield from _source(around, stage, instruction, source, numbers=True)
            if instruction.keyword != "RUN":
                continue
            for flag in instruction.flags:
                if flag.name == "mount" and (source := mount_fields(flag.value or "").get("from", "")):
                    # A mount looks stages up by name only, a number would be taken for an image.
                    yield from _source(around, stage, instruction, source, numbers=False)


def _source(
    around: Surroundings, stage: Stage, instruction: Instruction, name: str, *, numbers: bool
) -> Iterator[Problem]:
    earlier = around.dockerfile.stages[: stage.index]
    if "$" in name:
        fix = "Name the image in a FROM … AS line of its own, where variables work, and use that name here."
        yield around.source.problem(
            instruction, "variable-in-from", "from= cannot hold a variable.", fix=fix, word=name
        )
    elif numbers and name.isascii() and name.isdecimal():
        if int(name[:9]) >= stage.index:
            yield around.source.problem(
                instruction, "unknown-stage", _bad_number(int(name[:9]), stage.index), fix=_names(earlier), word=name
            )
    elif any(one.name == name.lower() for one in earlier):
        return
    elif any(one.name == name.lower() for one in around.dockerfile.stages):
        own = stage.name == name.lower()
        message = "A stage cannot copy from itself." if own else f"The stage {name} comes later than this line."
        fix = "Leave --from away to copy from your files." if own else f"Move the stage {name} above this one."
        yield around.source.problem(instruction, "unknown-stage", message, fix=fix, word=name)
    elif name.lower() != SCRATCH and not around.library.has(name):
        names = [one.name for one in earlier if one.name]
        meant = nearest(name, names)
        message, fix = f"There is no stage and no image called {name}.", _names(earlier)
        if meant:
            fix = f"Did you mean {meant}?"
        elif not names and normalise(name):
            fix = around.library.offer(name)
        yield around.source.problem(instruction, "unknown-stage", message, fix=fix, word=name)


def _bad_number(number: int, own: int) -> str:
    if own == 0:
        return f"There is no stage {number} to copy from: this is the first stage."
    return f"Stage {number} is not above this line: stages count from 0, and the last one above is {own - 1}."


def _names(stages: tuple[Stage, ...]) -> str:
    names = [stage.name or str(stage.index) for stage in stages]
    return f"The stages above are: {', '.join(names)}." if names else ""
