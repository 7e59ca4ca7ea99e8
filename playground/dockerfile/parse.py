"""Reading a Dockerfile. `parse` never raises: whatever is wrong becomes a Problem in the result.

Knows the order of things (ARG and FROM first, one CMD a stage); `grammar` knows the shape of single instructions.
"""

import re
from collections.abc import Iterator, Sequence

from playground.dockerfile.distance import nearest
from playground.dockerfile.grammar import KEYWORDS, validate
from playground.dockerfile.model import Dockerfile, Flag, Instruction, Problem
from playground.dockerfile.shapes import Draft
from playground.dockerfile.source import (
    ESCAPES,
    Directive,
    LogicalLine,
    Source,
    logical_lines,
    read_directives,
    split_lines,
)
from playground.dockerfile.stages import group
from playground.dockerfile.words import (
    SPACES,
    json_array,
    plain_words,
    shell_words,
    split_keyword,
    take_flags,
)

# A file that is no Dockerfile at all would otherwise bring a remark for every line of it.
MOST_PROBLEMS = 100
# BuildKit's own limit for one physical line.
LONGEST_LINE = 65535
_EXEC_KEYWORDS = ("RUN", "CMD", "ENTRYPOINT", "SHELL")
_LIST_KEYWORDS = ("COPY", "ADD", "VOLUME")
_PAIR_KEYWORDS = ("ENV", "LABEL", "ARG")


def parse(text: str) -> Dockerfile:
    """Read a Dockerfile, whatever it holds."""
    lines = split_lines(text)
    source = Source(lines)
    directives = read_directives(lines)
    escape = next((one.value for one in directives if one.name == "escape" and one.value in ESCAPES), "\\")
    problems = list(_directive_problems(directives, source))
    instructions: list[Instruction] = []
    stage: int | None = None
    for logical in logical_lines(lines, escape=escape):
        # Later problems would be cut off anyway, and finding suggestions for thousands of lines takes seconds.
        enough = len(problems) >= MOST_PROBLEMS
        if not enough:
            problems.extend(_line_problems(logical, source))
        draft = _draft(logical, source, escape=escape, stage=stage)
        if draft is None:
            continue
        if draft.instruction.keyword == "FROM":
            stage = 0 if stage is None else stage + 1
            draft = _draft(logical, source, escape=escape, stage=stage) or draft
        instructions.append(draft.instruction)
        if not enough:
            known = draft.instruction.keyword in KEYWORDS
            problems.extend(validate(draft) if known else [_unknown_instruction(draft)])
    stages = group(instructions, escape=escape)
    problems.extend(_order_problems(instructions, source))
    problems.extend(_stage_problems(instructions, source))
    return Dockerfile(
        text=text,
        escape=escape,
        syntax=next((one.value for one in directives if one.name == "syntax"), None),
        instructions=tuple(instructions),
        stages=stages,
        problems=in_order(problems),
    )


def in_order(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """By place in the file, the more serious first; no more of them than anyone would read."""
    weight = {"error": 0, "warning": 1, "hint": 2}
    ordered = sorted(dict.fromkeys(problems), key=lambda one: (one.line, weight[one.severity], one.column))
    return tuple(ordered[:MOST_PROBLEMS])


def _draft(logical: LogicalLine, source: Source, *, escape: str, stage: int | None) -> Draft | None:
    keyword, rest = split_keyword(logical.text)
    if not keyword:
        return None
    raw_flags, tail = take_flags(rest, escape)
    upper = keyword.upper()
    values = json_array(tail) if upper in (*_EXEC_KEYWORDS, *_LIST_KEYWORDS) else None
    if upper == "HEALTHCHECK":
        values = json_array(split_keyword(tail)[1])
    texts = [value for value in values or () if isinstance(value, str)]
    is_json = values is not None and len(texts) == len(values)
    instruction = Instruction(
        keyword=upper,
        flags=tuple(_flag(word) for word in raw_flags),
        args=_args(upper, tail, json_words=texts if is_json else None, escape=escape),
        json_form=is_json,
        text=rest,
        line=logical.line,
        end_line=logical.end_line,
        stage=stage,
        heredocs=logical.heredocs,
    )
    mixed = values is not None and not is_json
    return Draft(instruction, tail, source, escape, KEYWORDS, mixed_json=mixed)


def _flag(word: str) -> Flag:
    name, equals, value = word.removeprefix("--").partition("=")
    return Flag(name, value if equals else None)


def _args(keyword: str, tail: str, *, json_words: list[str] | None, escape: str) -> tuple[str, ...]:
    if keyword == "HEALTHCHECK":
        kind, command = split_keyword(tail)
        return tuple(word for word in (kind, *(json_words if json_words is not None else [command])) if word)
    if json_words is not None:
        return tuple(json_words)
    if keyword in _PAIR_KEYWORDS:
        words = shell_words(tail, escape)
        old_form = keyword != "ARG" and words and "=" not in words[0]
        return tuple(part for part in split_keyword(tail) if part) if old_form else tuple(words)
    if keyword == "ONBUILD":
        return tuple(part for part in split_keyword(tail) if part)
    if keyword in (*_LIST_KEYWORDS, "FROM", "EXPOSE"):
        return tuple(plain_words(tail))
    return (tail,) if tail else ()


def _directive_problems(directives: list[Directive], source: Source) -> Iterator[Problem]:
    seen: set[str] = set()
    for one in directives:
        if one.name in seen:
            yield source.line_problem(
                one.line, "duplicate-directive", f"There are two {one.name} lines at the top.", fix="Keep one of them."
            )
        elif one.name == "escape" and one.value not in ESCAPES:
            yield source.line_problem(
                one.line, "escape-directive", f"The escape character is \\ or `, not {one.value}.", fix="# escape=`"
            )
        elif one.name == "syntax":
            yield source.line_problem(
                one.line,
                "syntax-ignored",
                "This line is ignored here: every build works offline with the built-in Dockerfile reader.",
                severity="hint",
            )
        seen.add(one.name)


def _line_problems(logical: LogicalLine, source: Source) -> Iterator[Problem]:
    if logical.unterminated is not None:
        yield source.problem(
            logical,
            "heredoc-unterminated",
            f"The text that starts at <<{logical.unterminated} never ends.",
            fix=f"Add a line with only {logical.unterminated} on it.",
            word=logical.unterminated,
        )
    if logical.runs_off:
        yield source.line_problem(
            logical.end_line,
            "trailing-continuation",
            "The last line ends with a line-continuation character, but nothing follows.",
            fix="Remove it from the end of the last line.",
            severity="warning",
        )
    elif logical.blank_line is not None:
        yield source.line_problem(
            logical.blank_line,
            "empty-continuation",
            "This empty line stands in the middle of an instruction; a later Docker will refuse it.",
            fix="Delete the empty line.",
            severity="warning",
        )
    for number in range(logical.line, logical.end_line + 1):
        if len(source.lines[number - 1]) > LONGEST_LINE:
            yield source.line_problem(
                number, "line-too-long", f"A line may have at most {LONGEST_LINE} characters.", fix="Break it with \\."
            )


def _unknown_instruction(draft: Draft) -> Problem:
    keyword = draft.instruction.keyword
    first = re.split(rf"[{re.escape(SPACES)}]", keyword, maxsplit=1)[0]
    if first in KEYWORDS:
        # Copied from a web page: the blank after the keyword looks like a space and is none.
        message = f"The blank after {first} is not an ordinary space."
        return draft.problem("odd-space", message, fix="Delete it and type a space.")
    shown = draft.instruction.keyword[:40]
    meant = nearest(keyword, KEYWORDS)
    fix = f"Did you mean {meant}?" if meant else "Every line starts with an instruction such as FROM, RUN or COPY."
    return draft.problem("unknown-instruction", f"{shown} is not a Dockerfile instruction.", fix=fix)


def _order_problems(instructions: list[Instruction], source: Source) -> Iterator[Problem]:
    if not instructions:
        message = "The Dockerfile is empty: there is nothing to build."
        yield source.line_problem(1, "empty-dockerfile", message, fix="Start with FROM and an image: FROM busybox")
        return
    if not any(one.keyword == "FROM" for one in instructions):
        if not any(nearest(one.keyword, KEYWORDS) == "FROM" for one in instructions[:10]):
            message = "There is no FROM, so Docker does not know which image to start from."
            yield source.problem(instructions[0], "no-from", message, fix="Put FROM and an image first: FROM busybox")
        return
    for one in instructions:
        if one.keyword == "FROM":
            return
        if one.keyword != "ARG" and one.keyword in KEYWORDS:
            message = f"{one.keyword} comes before the first FROM; only ARG may."
            yield source.problem(one, "before-from", message, fix="Move it below FROM.")


def _stage_problems(instructions: list[Instruction], source: Source) -> Iterator[Problem]:
    names: dict[str, int] = {}
    single: dict[tuple[int, str], Instruction] = {}
    for one in instructions:
        if one.keyword == "FROM" and len(one.args) > 1 and one.args[-2].lower() == "as":
            name = one.args[-1].lower()
            if name in names:
                message = f"There is already a stage called {name}, on line {names[name]}."
                yield source.problem(one, "duplicate-stage", message, fix="Give it another name.", word=one.args[-1])
            names.setdefault(name, one.line)
        elif one.keyword in {"CMD", "ENTRYPOINT", "HEALTHCHECK"} and one.stage is not None:
            earlier = single.get((one.stage, one.keyword))
            if earlier is not None:
                message = f"Only the last {one.keyword} counts: the one on line {one.line} replaces this."
                yield source.problem(
                    earlier, "replaced-instruction", message, fix="Keep only the one you need.", severity="warning"
                )
            single[one.stage, one.keyword] = one
        elif one.keyword == "MAINTAINER":
            fix = f'Write LABEL maintainer="{one.text}"'
            yield source.problem(one, "maintainer", "MAINTAINER is an old instruction.", fix=fix, severity="warning")
