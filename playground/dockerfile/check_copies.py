"""Do the files that COPY, ADD and bind mounts ask for exist in the project, and does .dockerignore let them through?"""

import posixpath
import re
from collections.abc import Iterator

from playground.dockerfile.globs import has_wildcard, path_pattern
from playground.dockerfile.ignore import IgnoreRule
from playground.dockerfile.model import Instruction, Problem, Stage
from playground.dockerfile.stages import assignments, global_values, mount_fields
from playground.dockerfile.surroundings import Context, Surroundings
from playground.dockerfile.variables import expand
from playground.dockerfile.words import almost_json, heredoc_word, unquote

_REMOTE = re.compile(r"(?:https?|git|ssh|ftp)://|git@|github\.com/", re.IGNORECASE)
# A host with a letter in its last part is a name; an address by numbers is none (RFC 3696, section 2).
_BY_NAME = re.compile(
    r"https?://((?:[\w-]+\.)*(?=[\w-]*[A-Za-z])(?!0[xX])[\w-]+\.?)(?::\d+)?(?:/[^\s]*)?", re.IGNORECASE
)
_HOST_PATH = re.compile(r"/home/|/Users/|/mnt/|/root/|~|[A-Za-z]:[\\/]")
_MOST_NAMED = 6


def check_copies(around: Surroundings) -> Iterator[Problem]:
    """Every source of every stage, with the variables that are known at that line filled in."""
    environments: dict[int, dict[str, str]] = {}
    shared = global_values(
        around.dockerfile.instructions, build_args=around.build_args, escape=around.dockerfile.escape
    )
    for stage in around.dockerfile.stages:
        environment = dict(environments.get(-1 if stage.parent is None else stage.parent, {}))
        arguments: dict[str, str] = {}
        for instruction in stage.instructions:
            # ENV wins over ARG when both have a name, and only ENV is handed on to stages built on this one.
            values = {**arguments, **environment}
            if instruction.keyword == "ENV":
                environment.update(_assigned(around, instruction, values))
            elif instruction.keyword == "ARG":
                arguments.update(_declared(around, instruction, values, shared))
            else:
                yield from _instruction(around, stage, instruction, values)
        environments[stage.index] = environment


def _assigned(around: Surroundings, instruction: Instruction, values: dict[str, str]) -> dict[str, str]:
    pairs = assignments(instruction)
    expanded = {name: expand(value, values, escape=around.dockerfile.escape) for name, value in pairs}
    return {name: one.value for name, one in expanded.items() if one.value is not None and not one.missing}


def _declared(
    around: Surroundings, instruction: Instruction, values: dict[str, str], shared: dict[str, str]
) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in instruction.args:
        name, equals, default = word.partition("=")
        if name in around.build_args:
            found[name] = around.build_args[name]
        elif equals:
            expansion = expand(default, values, escape=around.dockerfile.escape)
            if expansion.value is not None and not expansion.missing:
                found[name] = expansion.value
        elif name in shared:
            # Repeating ARG without a value inside a stage brings in the one from above the first FROM.
            found[name] = shared[name]
    return found


def _instruction(
    around: Surroundings, stage: Stage, instruction: Instruction, values: dict[str, str]
) -> Iterator[Problem]:
    if instruction.keyword in {"COPY", "ADD"} and len(instruction.args) > 1 and not instruction.flag("from"):
        if not instruction.json_form and almost_json(" ".join(instruction.args), strict=False):
            return
        for written in instruction.args[:-1]:
            yield from _copy_source(around, stage, instruction, written, values)
    elif instruction.keyword == "RUN":
        for flag in instruction.flags:
            fields = mount_fields(flag.value or "") if flag.name == "mount" else {}
            path = fields.get("source") or fields.get("src")
            if path and fields.get("type", "bind") == "bind" and "from" not in fields and "$" not in path:
                yield from _missing(around, stage, instruction, path, path)
    elif instruction.keyword == "ONBUILD" and instruction.args[:1] and instruction.args[0].upper() == "ADD":
        yield from _later_add(around, instruction)


def _later_add(around: Surroundings, instruction: Instruction) -> Iterator[Problem]:
    """What a later build would ADD is never seen in that build's Dockerfile: an address has to be found here."""
    for word in re.split(r"[\s\[\],]+", instruction.args[-1]):
        plain = unquote(word, around.dockerfile.escape)
        if _REMOTE.match(plain) or "$" in plain:
            yield around.source.problem(
                instruction,
                "remote-add",
                "ONBUILD ADD takes files of the later project only: an address or a variable cannot be checked there.",
                fix="Put the file into that project and write ONBUILD COPY with its name.",
                word=word,
            )
            return


def _copy_source(
    around: Surroundings, stage: Stage, instruction: Instruction, written: str, values: dict[str, str]
) -> Iterator[Problem]:
    if heredoc_word(written):
        return
    expansion = expand(written, values, escape=around.dockerfile.escape)
    if _REMOTE.match(unquote(written, around.dockerfile.escape)):
        known = expansion.value if expansion.value is not None and not expansion.missing else ""
        if not (around.network and instruction.keyword == "ADD" and _can_be_fetched(known)):
            yield _remote(around, instruction, written)
        return
    if instruction.keyword == "ADD" and expansion.missing:
        # The base image may have set it, to an address even, and nobody would look at that one again.
        what = f"ADD takes what this Dockerfile names, and nothing here sets {expansion.missing[0]}."
        fix = "Write COPY, or set the variable above this line."
        yield around.source.problem(instruction, "remote-add", what, fix=fix, word=written)
    # A variable from the base image is not known here: then the build itself has to tell.
    elif expansion.value is not None and not expansion.missing:
        yield from _missing(around, stage, instruction, written, expansion.value)


def _can_be_fetched(url: str) -> bool:
    """Whether the proxy for package installs may know the server: a name, by HTTP, without a password."""
    match = _BY_NAME.fullmatch(url)
    return match is not None and match[1].lower() != "localhost"


def _remote(around: Surroundings, instruction: Instruction, written: str) -> Problem:
    message = "COPY cannot fetch anything from the internet: it only copies files of your project."
    if instruction.keyword == "ADD" and around.network:
        message = "ADD can only fetch https:// and http:// addresses, from servers that packages come from."
    elif instruction.keyword == "ADD":
        message = "ADD would fetch this from the internet, and builds here have no network."
    return around.source.problem(
        instruction,
        "remote-add",
        message,
        fix="Put the file into your project and write COPY with its name.",
        word=written,
    )


def _missing(
    around: Surroundings, stage: Stage, instruction: Instruction, written: str, path: str
) -> Iterator[Problem]:
    """Nothing when the path can be copied, else the reason why it cannot."""
    source, context = around.source, around.context
    clean = inside(path)
    if escapes(path):
        found = clean in context.paths
        yield source.problem(
            instruction,
            "outside-context",
            f"{written} points above your project, and Docker only sees files inside it.",
            fix=f"Write {clean or '.'}" if found or not clean else "Move the file into your project.",
            severity="warning" if found or not clean else "error",
            word=written,
        )
        return
    if not clean:
        return
    wildcard = has_wildcard(clean)
    matches = matching(context, clean)
    if any(match not in context.excluded for match in matches):
        return
    keyword = instruction.keyword
    if matches:
        rule = context.excluded[matches[0]]
        message, fix = ignored(matches[0], rule)
        code = "copy-source-ignored"
    elif wildcard and path_pattern(clean) is None:
        message, fix = f"{written} is not a pattern Docker can read.", "Close the [ with a ]."
        code, wildcard = "copy-pattern", False
    else:
        message = (
            f"Nothing matches {written}, so this {keyword} copies no file." if wildcard else _absent(written, path)
        )
        fix = suggestion(around, stage, clean, keyword)
        code = "copy-source-missing"
    # Docker lets a pattern match nothing: the build goes on without the files.
    yield source.problem(instruction, code, message, fix=fix, severity="warning" if wildcard else "error", word=written)


def inside(path: str) -> str:
    """Where Docker looks in the project for a source: a leading / and any .. above the top mean nothing."""
    return posixpath.normpath(f"/{path}").strip("/")


def escapes(path: str) -> bool:
    """Whether a path climbs out of the project."""
    return posixpath.normpath(path.lstrip("/")).split("/")[0] == ".."


def matching(context: Context, clean: str) -> list[str]:
    """The files and folders a source names."""
    if not has_wildcard(clean):
        return [clean] if clean in context.paths else []
    pattern = path_pattern(clean)
    return sorted(path for path in context.paths if pattern.matches(path)) if pattern else []


def ignored(path: str, rule: IgnoreRule) -> tuple[str, str]:
    """Which line of .dockerignore keeps a file out, and how to let it in."""
    message = f"{path} is in your project, but line {rule.line} of .dockerignore, {rule.pattern}, keeps it out."
    return message, f"Remove that line, or add !{path} below it."


def _absent(written: str, path: str) -> str:
    if _HOST_PATH.match(path):
        return f"{written} looks like a path on your own computer; COPY starts at the top of your project."
    if path.startswith("/"):
        return f"There is no {written.lstrip('/')} in your project; COPY starts at its top, with or without a slash."
    return f"There is no {written} in your project."


def suggestion(around: Surroundings, stage: Stage | None, clean: str, keyword: str) -> str:
    """The file that was probably meant, or what there is."""
    meant = around.context.nearest(clean)
    if meant and meant.lower() == clean.lower():
        return f"Upper and lower case matter: write {meant}."
    if meant:
        return f"Did you mean {meant}?"
    earlier = [one.label for one in around.dockerfile.stages[: stage.index]] if stage else []
    if earlier and keyword == "COPY":
        return f"If an earlier stage makes it, write COPY --from={earlier[-1]} and its full path there."
    shown = [path for path in around.context.files if path not in around.context.excluded][:_MOST_NAMED]
    return f"Your project has: {', '.join(shown)}." if shown else "Your project has no files to copy yet."
