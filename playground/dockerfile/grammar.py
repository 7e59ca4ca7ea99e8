"""The shape of each instruction: its flags, and what its arguments must look like.

Only what one instruction shows by itself. Whether an image or a file exists is asked in `check`; the order of
instructions is judged in `parse`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from playground.dockerfile.distance import nearest
from playground.dockerfile.model import Flag, Instruction, Problem
from playground.dockerfile.shapes import (
    Draft,
    check_expose,
    check_from,
    check_healthcheck,
    check_onbuild,
    check_pairs,
    check_stopsignal,
)
from playground.dockerfile.words import almost_json, as_json

KEYWORDS = (
    "FROM",
    "RUN",
    "CMD",
    "LABEL",
    "MAINTAINER",
    "EXPOSE",
    "ENV",
    "ADD",
    "COPY",
    "ENTRYPOINT",
    "VOLUME",
    "USER",
    "WORKDIR",
    "ARG",
    "ONBUILD",
    "STOPSIGNAL",
    "HEALTHCHECK",
    "SHELL",
)

_VALUE, _SWITCH, _REPEATED = "value", "switch", "repeated"
_FLAGS: dict[str, dict[str, str]] = {
    "FROM": {"platform": _VALUE},
    "RUN": {"mount": _REPEATED, "network": _VALUE, "security": _VALUE},
    "COPY": {"from": _VALUE, "chown": _VALUE, "chmod": _VALUE, "link": _SWITCH},
    "ADD": {"chown": _VALUE, "chmod": _VALUE, "link": _SWITCH, "keep-git-dir": _SWITCH, "checksum": _VALUE},
    "HEALTHCHECK": dict.fromkeys(("interval", "timeout", "start-period", "start-interval", "retries"), _VALUE),
}
# Real flags that neither built-in front end has: "unknown" would be unfair to somebody who read the manual.
_TOO_NEW = {("COPY", "parents"), ("COPY", "exclude"), ("ADD", "exclude"), ("ADD", "unpack"), ("RUN", "device")}

_EXAMPLES = {
    "FROM": "FROM busybox",
    "RUN": "RUN echo hello",
    "CMD": 'CMD ["echo", "hello"]',
    "LABEL": "LABEL version=1",
    "MAINTAINER": 'LABEL maintainer="Ada"',
    "EXPOSE": "EXPOSE 8000",
    "ENV": "ENV COLOUR=blue",
    "ADD": "ADD site.tar /srv/",
    "COPY": "COPY app.py /app/",
    "ENTRYPOINT": 'ENTRYPOINT ["python", "app.py"]',
    "VOLUME": "VOLUME /data",
    "USER": "USER nobody",
    "WORKDIR": "WORKDIR /app",
    "ARG": "ARG VERSION=1",
    "ONBUILD": "ONBUILD RUN echo hello",
    "STOPSIGNAL": "STOPSIGNAL SIGTERM",
    "HEALTHCHECK": "HEALTHCHECK CMD wget -q -O - http://localhost/",
    "SHELL": 'SHELL ["/bin/sh", "-c"]',
}
_JSON_KEYWORDS = ("RUN", "CMD", "ENTRYPOINT", "SHELL", "COPY", "ADD", "VOLUME", "HEALTHCHECK")
_NO_INLINE_COMMENT = ("FROM", "EXPOSE", "COPY", "ADD", "USER", "WORKDIR", "STOPSIGNAL", "VOLUME")


@dataclass(frozen=True, slots=True)
class _Rule:
    least: int
    shape: Callable[[Draft], Iterator[Problem]] | None = None


_RULES: dict[str, _Rule] = {
    "FROM": _Rule(1, check_from),
    "RUN": _Rule(1),
    "CMD": _Rule(0),  # CMD [] is how a command of the base image is taken away
    "LABEL": _Rule(1, check_pairs),
    "MAINTAINER": _Rule(1),
    "EXPOSE": _Rule(1, check_expose),
    "ENV": _Rule(1, check_pairs),
    "ADD": _Rule(2),
    "COPY": _Rule(2),
    "ENTRYPOINT": _Rule(0),
    "VOLUME": _Rule(1),
    "USER": _Rule(1),
    "WORKDIR": _Rule(1),
    "ARG": _Rule(1, check_pairs),
    "ONBUILD": _Rule(1, check_onbuild),
    "STOPSIGNAL": _Rule(1, check_stopsignal),
    "HEALTHCHECK": _Rule(1, check_healthcheck),
    "SHELL": _Rule(1),
}


def validate(draft: Draft) -> Iterator[Problem]:
    """Everything that is wrong with one instruction of a known kind."""
    instruction = draft.instruction
    yield from _check_flags(draft)
    yield from _check_json(draft)
    if comment := _inline_comment(instruction, draft.rest):
        yield draft.problem(
            "inline-comment",
            f"A comment cannot follow {instruction.keyword} on the same line, so Docker reads it as arguments.",
            fix="Put the comment on a line of its own, above this one.",
            word=comment,
        )
        return
    rule = _RULES[instruction.keyword]
    empty_json = instruction.json_form and not instruction.args
    if len(instruction.args) < rule.least or (not instruction.args and not empty_json):
        yield _missing(draft)
    elif rule.shape:
        yield from rule.shape(draft)


def _missing(draft: Draft) -> Problem:
    keyword = draft.instruction.keyword
    if draft.instruction.args and keyword in {"COPY", "ADD"}:
        only = draft.instruction.args[0]
        return draft.problem(
            "missing-arguments",
            f"{keyword} needs at least two arguments: what to copy, and where to.",
            fix=f"Write {keyword} {only} ./",
        )
    return draft.problem(
        "missing-arguments",
        f"{keyword} needs something after it.",
        fix=f"For example: {_EXAMPLES[keyword]}",
    )


def _inline_comment(instruction: Instruction, rest: str) -> str | None:
    if instruction.keyword not in _NO_INLINE_COMMENT or instruction.json_form:
        return None
    found = re.search(r"(?<=\s)#\S*", rest)
    return found[0] if found else None


def _check_flags(draft: Draft) -> Iterator[Problem]:
    keyword = draft.instruction.keyword
    known = _FLAGS.get(keyword, {})
    seen: set[str] = set()
    for flag in draft.instruction.flags:
        kind = known.get(flag.name)
        if kind is None:
            yield _unknown_flag(draft, flag, list(known))
        elif flag.name in seen and kind != _REPEATED:
            yield draft.problem(
                "duplicate-flag", f"--{flag.name} is given twice.", fix="Keep one of them.", word=f"--{flag.name}"
            )
        elif kind == _SWITCH and (flag.value or "true").lower() not in {"true", "false"}:
            yield draft.problem(
                "flag-value",
                f"--{flag.name} is a switch: it is true or false.",
                fix=f"Write --{flag.name}.",
                word=f"--{flag.name}",
            )
        elif kind != _SWITCH and not flag.value:
            yield draft.problem(
                "flag-value", f"--{flag.name} needs a value.", fix=_flag_example(flag.name), word=f"--{flag.name}"
            )
        seen.add(flag.name)


def _unknown_flag(draft: Draft, flag: Flag, known: list[str]) -> Problem:
    keyword, word = draft.instruction.keyword, f"--{flag.name}"
    if (keyword, flag.name) in _TOO_NEW:
        return draft.problem(
            "unsupported-flag",
            f"{keyword} {word} is newer than the Dockerfile reader used here.",
            fix=f"Write this step without {word}.",
            word=word,
        )
    meant = nearest(flag.name, known)
    if meant:
        fix = f"Did you mean --{meant}?"
    elif known:
        fix = f"{keyword} knows {', '.join(f'--{name}' for name in known)}."
    else:
        fix = f"{keyword} has no flags: remove {word}."
    return draft.problem("unknown-flag", f"{keyword} has no flag {word}.", fix=fix, word=word)


def _flag_example(name: str) -> str:
    examples = {"from": "build", "chown": "1000:1000", "chmod": "755", "mount": "type=cache,target=/root/.cache"}
    examples |= {"platform": "linux/amd64", "network": "none", "interval": "30s", "timeout": "3s", "retries": "3"}
    return f"For example: --{name}={examples[name]}" if name in examples else f"Write --{name}=value."


def _check_json(draft: Draft) -> Iterator[Problem]:
    instruction = draft.instruction
    keyword, text = instruction.keyword, draft.rest
    if keyword == "HEALTHCHECK":
        text = re.sub(r"(?i)^cmd\s+", "", text)
    if keyword not in _JSON_KEYWORDS:
        return
    if draft.mixed_json:
        yield draft.problem(
            "json-form",
            f"The list after {keyword} may only hold texts in double quotes.",
            fix='Put every item in double quotes, for example ["sleep", "10"].',
        )
        return
    if instruction.json_form:
        return
    words = almost_json(text, strict=keyword == "RUN")
    if words:
        # A shell would look for a program called "[python," or the like: the build passes and the container fails.
        fatal = keyword in {"COPY", "ADD", "SHELL"}
        outcome = "so it does not understand the paths" if fatal else "so it runs all of it as a shell command"
        yield draft.problem(
            "json-form",
            f"Docker does not read this as a list, {outcome}.",
            fix=f"Use square brackets, double quotes and commas: {as_json(words)}",
            severity="error" if fatal else "warning",
        )
    elif keyword == "SHELL" and text:
        yield draft.problem("json-form", "SHELL needs a list.", fix=f"Write SHELL {as_json(text.split())}")
