"""What the arguments of single instructions must look like: FROM, EXPOSE, ENV, HEALTHCHECK and their like.

Called through the table in `grammar`; each function yields the problems of one instruction.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from playground.dockerfile.distance import nearest
from playground.dockerfile.model import Instruction, Problem, Severity
from playground.dockerfile.source import Source
from playground.dockerfile.words import unquote

_STAGE_NAME = re.compile(r"[a-z][a-z0-9\-_.]*")
_LAST_PORT = 65535
_DURATION = re.compile(r"0|[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h))+")
_SIGNAL_NAMES = (
    "ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT RTMAX RTMIN SEGV STKFLT STOP SYS "
    "TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ"
)
_SIGNALS = frozenset(_SIGNAL_NAMES.split())
_LAST_SIGNAL = 64
_FROM_WITH_NAME = 3


@dataclass(frozen=True, slots=True)
class Draft:
    """An instruction on its way in: still with its raw text, so that problems can point into it."""

    instruction: Instruction
    rest: str  # the arguments without the flags, as written
    source: Source
    escape: str
    keywords: tuple[str, ...]
    mixed_json: bool = False  # a JSON list that holds something other than texts

    def problem(
        self, code: str, message: str, *, fix: str = "", severity: Severity = "error", word: str = ""
    ) -> Problem:
        return self.source.problem(self.instruction, code, message, fix=fix, severity=severity, word=word)


def check_from(draft: Draft) -> Iterator[Problem]:
    """FROM takes an image, or an image and AS and a name."""
    args = draft.instruction.args
    if len(args) == 1:
        return
    image, second = args[0], args[1]
    if len(args) == _FROM_WITH_NAME and second.lower() == "as":
        yield from _check_stage_name(draft, args[2])
        return
    if len(args) == _FROM_WITH_NAME:
        fix = f"Write FROM {image} AS {args[2]}."
    elif second.lower() == "as":
        fix = "Write one name after AS, or leave AS away."
    else:
        fix = f"Write FROM {image} AS {second} to name this stage, or FROM {image} alone."
    yield draft.problem("from-syntax", "FROM takes one image, then perhaps AS and a name.", fix=fix, word=second)


def _check_stage_name(draft: Draft, name: str) -> Iterator[Problem]:
    if _STAGE_NAME.fullmatch(name.lower()):
        return
    better = re.sub(r"[^a-z0-9\-_.]+", "-", name.lower()).strip("-_.")
    better = better if better[:1].isalpha() else f"stage-{better}".rstrip("-")
    yield draft.problem(
        "stage-name",
        f"{name} cannot be the name of a stage: names start with a letter, then letters, digits, -, _ or a dot.",
        fix=f"Try AS {better}.",
        word=name,
    )


def check_expose(draft: Draft) -> Iterator[Problem]:
    """EXPOSE takes ports such as 80, 53/udp or 8000-8010."""
    for written in draft.instruction.args:
        port = unquote(written, draft.escape)
        if "$" in port:
            continue
        if ":" in port:
            inside = port.rpartition(":")[2]
            yield draft.problem(
                "expose-mapping",
                "EXPOSE only names the port inside the container; the port outside is chosen when it is run.",
                fix=f"Write EXPOSE {inside}.",
                severity="warning",
                word=written,
            )
            port = inside
        if message := _bad_port(port):
            yield draft.problem("expose-port", message, fix="Write a port such as EXPOSE 8000.", word=written)


def _bad_port(text: str) -> str | None:
    numbers, slash, protocol = text.partition("/")
    if slash and protocol.lower() not in {"tcp", "udp", "sctp"}:
        return f"{protocol or 'Nothing'} is not a protocol EXPOSE knows: it is tcp, udp or sctp."
    match = re.fullmatch(r"([0-9]{1,9})(?:-([0-9]{1,9}))?", numbers)
    if not match:
        return f"{numbers or text} is not a port number."
    first, last = int(match[1]), int(match[2] or match[1])
    for port in (first, last):
        if not 1 <= port <= _LAST_PORT:
            return f"{port} is not a port: ports go from 1 to {_LAST_PORT}."
    return f"The range {numbers} runs backwards." if last < first else None


def check_pairs(draft: Draft) -> Iterator[Problem]:
    """ENV and LABEL take name=value (or the old `name value`); ARG takes name or name=value."""
    keyword, args = draft.instruction.keyword, draft.instruction.args
    if keyword != "ARG" and "=" not in args[0]:
        yield from _check_old_pair(draft)
        return
    for number, word in enumerate(args):
        name, equals, _ = word.partition("=")
        if equals and not name:
            yield draft.problem("pair-name", f"There is no name before the = after {keyword}.", word=word)
        elif not equals and keyword != "ARG":
            before = args[number - 1]
            key, _, value = before.partition("=")
            yield draft.problem(
                "pair-value",
                f"{word} has no =, so {keyword} does not know what to do with it.",
                fix=f'A value with spaces needs quotes: {keyword} {key}="{unquote(value, draft.escape)} {word}"',
                word=word,
            )
            return


def _check_old_pair(draft: Draft) -> Iterator[Problem]:
    keyword, args = draft.instruction.keyword, draft.instruction.args
    name = args[0]
    if len(args) == 1:
        yield draft.problem(
            "pair-value", f"{keyword} {name} has no value.", fix=f"Write {keyword} {name}=value.", word=name
        )
    elif args[1].startswith("="):
        value = args[1].removeprefix("=").strip()
        yield draft.problem(
            "pair-spaces",
            f"With spaces around the =, {name} gets the value {args[1]} with the equals sign in it.",
            fix=f"Write {keyword} {name}={value}" if " " not in value else f'Write {keyword} {name}="{value}"',
            severity="warning",
            word=name,
        )


def check_onbuild(draft: Draft) -> Iterator[Problem]:
    """ONBUILD keeps one ordinary instruction for the images built from this one."""
    inner = draft.instruction.args[0]
    if inner.upper() in {"ONBUILD", "FROM", "MAINTAINER"}:
        yield draft.problem("onbuild", f"ONBUILD cannot hold {inner.upper()}.", word=inner)
    elif inner.upper() not in draft.keywords:
        meant = nearest(inner, draft.keywords)
        yield draft.problem(
            "unknown-instruction",
            f"ONBUILD {inner} is not an instruction.",
            fix=f"Did you mean ONBUILD {meant}?" if meant else "",
            word=inner,
        )


def check_stopsignal(draft: Draft) -> Iterator[Problem]:
    """STOPSIGNAL takes a number or a name such as SIGTERM."""
    written = draft.instruction.args[0]
    signal = unquote(written, draft.escape).upper().removeprefix("SIG")
    if "$" in signal or re.fullmatch(r"RTM(?:IN\+|AX-)[0-9]{1,2}", signal) or signal in _SIGNALS:
        return
    if signal.isascii() and signal.isdecimal() and 1 <= int(signal[:9]) <= _LAST_SIGNAL:
        return
    meant = nearest(signal, _SIGNALS)
    yield draft.problem(
        "stop-signal",
        f"{written} is not a signal.",
        fix=f"Did you mean SIG{meant}?" if meant else "The usual one is SIGTERM.",
        word=written,
    )


def check_healthcheck(draft: Draft) -> Iterator[Problem]:
    """HEALTHCHECK NONE, or HEALTHCHECK with options and CMD and a command."""
    kind, *command = draft.instruction.args
    if kind.upper() == "NONE":
        if command:
            yield draft.problem("healthcheck", "HEALTHCHECK NONE takes nothing after it.", word=command[0])
    elif kind.upper() != "CMD":
        yield draft.problem(
            "healthcheck",
            f"HEALTHCHECK needs CMD before the command, not {kind}.",
            fix=f"Write HEALTHCHECK CMD {draft.rest}",
            word=kind,
        )
    elif not command:
        yield draft.problem(
            "healthcheck", "There is no command after HEALTHCHECK CMD.", fix="For example: HEALTHCHECK CMD test -f /ok"
        )
    yield from _check_health_flags(draft)


def _check_health_flags(draft: Draft) -> Iterator[Problem]:
    for flag in draft.instruction.flags:
        value = flag.value or ""
        if not value or "$" in value:
            continue
        if flag.name == "retries":
            if not re.fullmatch(r"\+?[0-9]{1,9}", value):
                yield draft.problem("healthcheck", f"--retries takes a whole number, not {value}.", word="--retries")
        elif not _DURATION.fullmatch(value):
            number = re.fullmatch(r"[0-9]{1,9}", value)
            yield draft.problem(
                "healthcheck",
                f"--{flag.name}={value} has no unit." if number else f"{value} is not a length of time.",
                fix=f"Write --{flag.name}={value}s." if number else f"Write it like --{flag.name}=30s.",
                word=f"--{flag.name}",
            )
