"""Advice for learners: things that build, and still are not what one wants. Few, and silent about good modern habits.

Each function looks at one stage. Problems that stop a build belong in the other check modules.
"""

import posixpath
import re
import shlex
from collections.abc import Iterator

from playground.dockerfile.fetching import FETCHERS, instead
from playground.dockerfile.model import Instruction, Problem, Stage
from playground.dockerfile.surroundings import Surroundings
from playground.dockerfile.words import almost_json, as_json

# What installs, and the file that says what to install.
_INSTALLERS = (
    (re.compile(r"\bpip3?\s+install\b.*\s(?:-r|--requirement)[\s=]*(\S*requirements\S*\.txt)"), None),
    (re.compile(r"\bnpm\s+(?:ci|i|install)\b(?!\s+[@\w-]*\w)"), "package.json"),
    (re.compile(r"\byarn(?:\s+install\b|\s*$)"), "package.json"),
    (re.compile(r"\bpnpm\s+(?:i|install)\b"), "package.json"),
    (re.compile(r"\bpoetry\s+install\b"), "pyproject.toml"),
    (re.compile(r"\bbundle\s+install\b"), "Gemfile"),
    (re.compile(r"\bcomposer\s+install\b"), "composer.json"),
    (re.compile(r"\bgo\s+mod\s+download\b"), "go.mod"),
)
_LOCK_FILES = {"package.json": "package*.json", "go.mod": "go.mod go.sum", "Gemfile": "Gemfile Gemfile.lock"}
_SHELL_SIGNS = re.compile(r"[$&|;<>*?`(){}~]|\bexec\s")
_APT_INSTALL = re.compile(r"\bapt(?:-get)?\s+(?:-\S+\s+)*install\b")
_APT_UPDATE = re.compile(r"\bapt(?:-get)?\s+(?:-\S+\s+)*update\b")
_APT_YES = re.compile(r"\s(?:-[a-z]*y[a-z]*|--yes|--assume-yes|-qq|-q=2)(?:\s|$)|\byes\s*\||APT::Get::Assume-Yes")
_LONE_CD = re.compile(r"cd\s+([^\s;&|]+)\s*;?")
_SECRET = re.compile(
    r"(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|SECRETS|TOKEN|API_?KEY|ACCESS_KEY|PRIVATE_KEY|CREDENTIALS?)(?:_\d+)?$"
)
LONGEST_COMMAND = 8000
_WHOLE_PROJECT = frozenset({".", "./", "/"})


def check_hints(around: Surroundings) -> Iterator[Problem]:
    """All advice about all stages; a stage that has no FROM image yet gets none either."""
    for stage in around.dockerfile.stages:
        yield from _cache_order(around, stage)
        yield from _shell_form(around, stage)
        yield from _workdir(around, stage)
        for instruction in stage.instructions:
            if instruction.keyword == "RUN":
                yield from _network(around, instruction)
                yield from _apt(around, instruction)
                yield from _lone_cd(around, instruction)
            elif instruction.keyword in {"ENV", "ARG"}:
                yield from _secrets(around, instruction)
            elif instruction.keyword == "COPY":
                yield from _many_into_one(around, stage, instruction)
    for instruction in around.dockerfile.instructions:
        if instruction.stage is None and instruction.keyword == "ARG":
            yield from _secrets(around, instruction)


def _command(instruction: Instruction) -> str:
    """What a RUN executes, heredocs included; of something endless only the beginning."""
    return "\n".join([*instruction.args, *(heredoc.content for heredoc in instruction.heredocs)])[:LONGEST_COMMAND]


def _cache_order(around: Surroundings, stage: Stage) -> Iterator[Problem]:
    """COPY of everything before an install makes every edit install everything again."""
    copy: Instruction | None = None
    for instruction in stage.instructions:
        whole = instruction.keyword == "COPY" and _WHOLE_PROJECT.intersection(instruction.args[:-1])
        if whole and not instruction.flag("from"):
            copy = copy or instruction
        elif copy and instruction.keyword == "RUN" and (manifest := _manifest(around, instruction)):
            # An install that mounts its list, or a project that is nothing but the list, has nothing to gain.
            others = {path for path in around.context.files if posixpath.basename(path) != manifest} - {"Dockerfile"}
            if "type=bind" in instruction.text or not others - {".dockerignore"}:
                return
            names = _LOCK_FILES.get(manifest, manifest)
            yield around.source.problem(
                copy,
                "cache-order",
                f"A change to any file makes the install on line {instruction.line} run again.",
                fix=f"Put COPY {names} ./ and that RUN before COPY . so that the install stays cached.",
                severity="hint",
            )
            return


def _manifest(around: Surroundings, instruction: Instruction) -> str | None:
    command = _command(instruction)
    for pattern, manifest in _INSTALLERS:
        if match := pattern.search(command):
            name = manifest or posixpath.normpath(match[1]).lstrip("/")
            return name if name in around.context.paths - around.context.excluded.keys() else None
    return None


def _network(around: Surroundings, instruction: Instruction) -> Iterator[Problem]:
    """Where no step can reach the internet, what fetches fails after trying for a while: better said before."""
    found = None if around.network else FETCHERS.search(_command(instruction))
    if found:
        what = " ".join(found[0].split()[:2])
        yield around.source.problem(
            instruction,
            "no-network-here",
            f"Builds have no internet here, so {what} will find nothing to fetch.",
            fix=instead(found[0], around.library),
            severity="warning",
        )


def _shell_form(around: Surroundings, stage: Stage) -> Iterator[Problem]:
    """A shell in front of the program does not hand on the signal to stop."""
    last = {one.keyword: one for one in stage.instructions if one.keyword in {"CMD", "ENTRYPOINT"}}
    if any(one.keyword == "SHELL" for one in stage.instructions):
        return
    entrypoint = last.get("ENTRYPOINT")
    if entrypoint and entrypoint.args and not entrypoint.json_form and "CMD" in last:
        yield around.source.problem(
            last["CMD"],
            "cmd-not-used",
            f"This CMD is not used: ENTRYPOINT on line {entrypoint.line} runs in a shell, which ignores it.",
            fix="Write ENTRYPOINT as a list in square brackets.",
            severity="warning",
        )
    for keyword, instruction in last.items():
        text = " ".join(instruction.args)
        if instruction.json_form or not text or _SHELL_SIGNS.search(text) or almost_json(text, strict=False):
            continue
        try:
            words = shlex.split(text)
        except ValueError:
            continue
        yield around.source.problem(
            instruction,
            "shell-form",
            f"This {keyword} runs inside a shell, so the program does not hear when it is asked to stop.",
            fix=f"Write {keyword} {as_json(words)}",
            severity="hint",
        )


def _workdir(around: Surroundings, stage: Stage) -> Iterator[Problem]:
    """Only the first WORKDIR matters: after it a relative one is clear."""
    first = next((one for one in stage.instructions if one.keyword == "WORKDIR"), None)
    if not first or not first.args or stage.parent is not None:
        return
    path = first.args[0].strip("'\"")
    if path and not path.startswith(("/", "$")) and not re.match(r"[A-Za-z]:", path):
        yield around.source.problem(
            first,
            "relative-workdir",
            f"Where {path} ends up depends on the base image.",
            fix=f"Write WORKDIR /{path.removeprefix('./')}",
            severity="hint",
            word=first.args[0],
        )


def _apt(around: Surroundings, instruction: Instruction) -> Iterator[Problem]:
    command = _command(instruction)
    install = _APT_INSTALL.search(command)
    if not install or instruction.json_form:
        return
    if not _APT_UPDATE.search(command) and "type=cache" not in instruction.text and "./" not in command:
        yield around.source.problem(
            instruction,
            "apt-update",
            "apt-get install needs the package lists, and an update in another step may be an old cached one.",
            fix="Write RUN apt-get update && apt-get install -y … in one step.",
            severity="warning",
            word=install[0],
        )
    # The options may stand anywhere in the same command, but not in the next one.
    line = re.split(r"&&|\|\||;|\n", command[install.start() :])[0]
    if not _APT_YES.search(f"{command[: install.start()]} {install[0]} {line}") and "dry" not in line:
        yield around.source.problem(
            instruction,
            "apt-yes",
            "apt-get install asks before it goes on, and nobody can answer during a build.",
            fix="Add -y: apt-get install -y …",
            severity="warning",
            word=install[0],
        )


def _lone_cd(around: Surroundings, instruction: Instruction) -> Iterator[Problem]:
    match = _LONE_CD.fullmatch(" ".join(instruction.args).strip())
    if match and not instruction.json_form:
        yield around.source.problem(
            instruction,
            "lone-cd",
            "Each RUN starts afresh, so this cd is forgotten before the next line.",
            fix=f"Write WORKDIR {match[1]}",
            severity="warning",
        )


def _secrets(around: Surroundings, instruction: Instruction) -> Iterator[Problem]:
    args = instruction.args
    if instruction.keyword == "ENV" and args and "=" not in args[0]:
        args = (f"{args[0]}={args[-1]}",)
    for word in args:
        name, _, value = word.partition("=")
        if not _SECRET.search(name.upper()) or (instruction.keyword == "ENV" and not value.strip("'\"")):
            continue
        yield around.source.problem(
            instruction,
            "secret-in-image",
            f"Everyone who has the image can read {name}: {instruction.keyword} values are stored in it.",
            fix=f"Leave it out and give it when the container runs: docker run -e {name}=…",
            severity="warning",
            word=name,
        )


def _many_into_one(around: Surroundings, stage: Stage, instruction: Instruction) -> Iterator[Problem]:
    """Without the slash, each file is written over the one before, unless the folder is there already."""
    *sources, destination = instruction.args or ("",)
    several = len(sources) > 1
    folders = {one.args[0].rstrip("/") for one in stage.instructions if one.keyword == "WORKDIR" and one.args}
    if not several or destination.endswith(("/", ".")) or "$" in destination or destination in folders:
        return
    # Where the base image already has the folder this is right, so it can only be a hint.
    yield around.source.problem(
        instruction,
        "copy-many",
        f"Several files can only go into a folder; if {destination} does not exist, it becomes one single file.",
        fix=f"Write {destination}/ with a slash at the end.",
        severity="hint",
        word=destination,
    )
