"""The Dockerfile as the engine gets it: same lines, but image names replaced by those of the engine's own images.

Run `check` first: this trusts that the file has no errors. It also takes the `# syntax=` line away, because that would
make the engine fetch and run a Dockerfile reader of somebody's choice.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from playground.dockerfile.model import Dockerfile, Instruction, Stage
from playground.dockerfile.references import normalise
from playground.dockerfile.source import is_comment, read_directives, split_lines
from playground.dockerfile.stages import stage_for, with_build_args
from playground.dockerfile.words import SPACES, flag_places, take_flags, unquote

NEUTRAL = "# (syntax line ignored)"
_NO_BUILD_ARGS: Mapping[str, str] = MappingProxyType({})
# Engines look for a syntax line more widely than the reader: behind `//`, below `#!`, after other `name = value` lines.
_SYNTAX = re.compile(r"\s*(?:#|//)\s*syntax\s*=.*", re.IGNORECASE | re.DOTALL)


def rewrite(
    dockerfile: Dockerfile, *, images: Mapping[str, str], build_args: Mapping[str, str] = _NO_BUILD_ARGS
) -> str:
    """The text to send. `images` maps names as in FROM to references in the engine; the others stay as they are."""
    known = {full: target for name, target in images.items() if (full := normalise(name))}
    lines = dockerfile.text.removeprefix("\ufeff").split("\n")
    resolved = with_build_args(dockerfile, build_args)
    for stage in resolved.stages:
        if base := _new_base(resolved, stage, known):
            text = _from_text(stage, base, escape=dockerfile.escape)
            _replace(lines, stage.opening, text, escape=dockerfile.escape)
        for instruction in stage.instructions:
            text = _new_sources(resolved, instruction, known)
            if text != instruction.text:
                _replace(lines, instruction, text, escape=dockerfile.escape)
    _neutralise(lines)
    return "\n".join(lines)


def _new_base(dockerfile: Dockerfile, stage: Stage, known: Mapping[str, str]) -> str | None:
    """What to write instead of the base, or None when it is fine as it is."""
    if stage.resolved_base is None:
        return None
    if stage.parent is not None:
        # Engines keep stage names in lower case but compare FROM letter by letter: help with `FROM Build`.
        name = dockerfile.stages[stage.parent].name
        return name if name != stage.resolved_base else None
    return known.get(normalise(stage.resolved_base) or "")


def _from_text(stage: Stage, base: str, *, escape: str) -> str:
    text = stage.opening.text
    places = flag_places(text, escape)
    flags = text[: places[-1][1]].strip(SPACES) if places else ""
    after = take_flags(text, escape)[1][len(stage.base) :].strip(SPACES)
    return " ".join(part for part in (flags, base, after) if part)


def _new_sources(dockerfile: Dockerfile, instruction: Instruction, known: Mapping[str, str]) -> str:
    """The instruction's text with the images in its --from or --mount flags replaced."""
    text = instruction.text
    # From the right, so that the places further left stay valid.
    for start, end in reversed(flag_places(text, dockerfile.escape)):
        name, _, value = unquote(text[start:end], dockerfile.escape).removeprefix("--").partition("=")
        if instruction.keyword == "COPY" and name == "from":
            new = _engine_name(dockerfile, value, known)
        elif instruction.keyword == "RUN" and name == "mount":
            new = ",".join(_mount_field(dockerfile, field, known) for field in value.split(","))
        else:
            continue
        if new != value:
            quote = '"' if re.search(r"\s", new) else ""
            text = f"{text[:start]}--{name}={quote}{new}{quote}{text[end:]}"
    return text


def _mount_field(dockerfile: Dockerfile, field: str, known: Mapping[str, str]) -> str:
    key, equals, value = field.partition("=")
    if key.strip().lower() != "from" or not equals:
        return field
    return f"{key}={_engine_name(dockerfile, value, known)}"


def _engine_name(dockerfile: Dockerfile, name: str, known: Mapping[str, str]) -> str:
    if stage_for(dockerfile, name) is not None:
        return name
    return known.get(normalise(name) or "", name)


def _replace(lines: list[str], instruction: Instruction, text: str, *, escape: str) -> None:
    """Put the folded text in place of an instruction that keeps its first line, its last line and its heredocs.

    With several lines the keyword stays on the first and the text goes to the last, comments in between: a heredoc
    has to start right below the text, or the comments would become part of it.
    """
    first = instruction.line
    last = instruction.heredocs[0].line - 1 if instruction.heredocs else instruction.end_line
    new = [f"{instruction.keyword} {text}"]
    if last > first:
        new = [f"{instruction.keyword} {escape}", *["#"] * (last - first - 1), text]
    for number, line in enumerate(new, start=first):
        lines[number - 1] = line + ("\r" if lines[number - 1].endswith("\r") else "")


def _neutralise(lines: list[str]) -> None:
    """Take every syntax line away without moving any other, save for one case.

    The first line that is no directive ends the directives, so the comment that replaces a syntax line has to come
    after an `escape` line that would otherwise no longer count (and so has `check`, which older engines do not know).
    Lines trade places then; their number stays.
    """
    block = len(read_directives(split_lines("\n".join(lines))))
    escapes = [line for line in lines[:block] if _is_escape(line)]
    others = [line for line in lines[:block] if not _is_escape(line)]
    lines[:block] = [*escapes, *others]
    for number, line in enumerate(lines):
        if _SYNTAX.fullmatch(line):
            lines[number] = NEUTRAL + ("\r" if line.endswith("\r") else "")
        elif line.strip(SPACES) and not is_comment(line):
            break
    if lines and lines[0].lstrip().startswith("{"):
        # A file that is one JSON object may name its reader too; it cannot be built, and so must not look like JSON.
        lines[0] = f"# {lines[0]}"


def _is_escape(line: str) -> bool:
    return re.match(r"\s*#\s*escape\s*=", line, re.IGNORECASE) is not None
