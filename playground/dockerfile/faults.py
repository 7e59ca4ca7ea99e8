"""The engine's error texts and the limits of a build, each recognised and turned into a Finding.

Knows what both engine versions write. Called by `explain`; what the output of a step says is read in `outputs`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from playground.dockerfile.check_bases import image_refusal
from playground.dockerfile.check_copies import ignored, inside, suggestion
from playground.dockerfile.cleaning import clean_message
from playground.dockerfile.distance import nearest
from playground.dockerfile.model import Dockerfile, Instruction, Problem, Stage
from playground.dockerfile.outputs import Finding, Output, met_limit, read_output
from playground.dockerfile.references import normalise, parse_reference
from playground.dockerfile.stages import SCRATCH, sources_of
from playground.dockerfile.surroundings import Surroundings

_PARSE_ERROR = re.compile(r"dockerfile parse error (?:on )?line (\d{1,9}): (.*)", re.IGNORECASE | re.DOTALL)
_TARGET = re.compile(r'target stage "?([^"\s]+)"? could not be found')
_DOCKERFILE_MISSING = re.compile(
    r"(?:failed to read dockerfile: open |open \S*buildkit-mount\d*/)(\S+): no such file or directory"
)
_BAD_NAME = re.compile(r'failed to parse stage name "([^"]+)": invalid reference format')
_NO_SUCH_FILE = re.compile(r'(?:failed to compute cache key|failed to calculate checksum).*?"([^"]+)":? not found')
_RUN_EXIT = re.compile(
    r'(?:executor failed running \[(.*)\]|process "(.*)" did not complete successfully): exit code: (\d{1,9})',
    re.DOTALL,
)
_IMAGE_NAMES = (
    re.compile(r"failed to resolve source metadata for ([^\s:]+(?::\d+/\S+?)?(?::[\w.-]+)?(?:@\S+?)?):? "),
    re.compile(r"pull access denied for ([^\s,]+)"),
    re.compile(r"(?:Head|Get) \"?https?://[^/]+/v2/(\S+?)/manifests/([^\s\"]+)"),
    re.compile(r"([\w./:@-]+): not found"),
)
_IMAGE_SIGNS = re.compile(
    r"failed to resolve source metadata|pull access denied|/v2/\S+/manifests/|manifest unknown"
    r"|repository does not exist|failed to do request|docker\.io/\S+: not found"
)
_DISK_FULL = re.compile(r"no space left on device|(disk quota exceeded)", re.IGNORECASE)
NO_FORK = re.compile(r"can(?:'t|not) fork|fork: retry|fork failed|unable to fork", re.IGNORECASE)
_NETWORK = re.compile(
    r"no such host|i/o timeout|network is unreachable|TLS handshake timeout|x509:"
    r"|failed to load cache key: Get .*connection refused",  # what ADD, or ONBUILD ADD, fetches
    re.IGNORECASE,
)
_ADD_STATUS = re.compile(r"failed to load cache key: invalid response status (\d{3})")
_LOST = re.compile(
    r"connection re(?:fused|set)|cannot connect to the docker daemon|\bEOF\b|transport is closing|broken pipe"
    r"|engine lost|no such file or directory.*docker\.sock|closing transport|daemon is shutting down|Unavailable",
    re.IGNORECASE,
)
_SESSION = re.compile(r"no active session", re.IGNORECASE)
_EXIT_KILLED = 137


@dataclass(frozen=True, slots=True)
class FailureContext:
    """What the host that ran the build knows about its end."""

    cancelled: bool = False
    timed_out: bool = False
    out_of_memory: bool = False
    output_limit: bool = False
    network: bool = False  # package installs were allowed
    seconds_limit: int = 0
    memory_mb: int = 0
    layer_mb: int = 0  # what one layer may hold where the engine has quotas
    processes: int = 0  # how many one step may have where the engine bounds them


@dataclass(frozen=True, slots=True)
class Case:
    """One failed build, with everything that may help to explain it."""

    message: str  # as the engine sent it
    around: Surroundings
    instruction: Instruction | None
    tail: tuple[str, ...]
    limits: FailureContext

    @property
    def stage(self) -> Stage | None:
        if self.instruction is None or self.instruction.stage is None:
            return None
        return self.around.dockerfile.stages[self.instruction.stage]


def find_fault(case: Case) -> Finding:
    """The first explanation that fits; there always is one."""
    return next(found for read in _READERS if (found := read(case)))


def exit_code(message: str) -> int | None:
    """The exit code of the step that failed, when the engine names one."""
    match = _RUN_EXIT.search(message)
    return int(match[3]) if match else None


def _stopped(case: Case) -> Finding | None:
    """Ended from outside: this goes before all else, since the engine's own error then only describes the kill."""
    limits = case.limits
    if limits.cancelled:
        return Finding("cancelled", "You stopped this build.", "Start it again when you are ready.")
    if limits.timed_out:
        allowed = f" of {limits.seconds_limit} seconds" if limits.seconds_limit else ""
        what = f"The build was stopped because it reached the time limit{allowed}."
        if limits.processes and NO_FORK.search("\n".join(case.tail)):
            what += f" It could not start programs, either: a step may have {limits.processes} processes."
        return Finding("time-limit", what, "Look at the last lines to see what took so long, and do less in that step.")
    if limits.out_of_memory:
        return _out_of_memory(limits)
    if limits.output_limit:
        what = "The build was stopped because it printed too much."
        return Finding("output-limit", what, "Make the step quieter: many programs have a -q option for it.")
    if "context canceled" in case.message:
        return Finding("cancelled", "The build was cancelled before it ended.", "Start it again.")
    return None


def _out_of_memory(limits: FailureContext) -> Finding:
    allowed = f": it may use {limits.memory_mb} MB" if limits.memory_mb else ""
    what = f"This step was killed because it used too much memory{allowed}."
    return Finding("out-of-memory", what, "Do less at once in this step, or let it use fewer processes.")


def _parse_error(case: Case) -> Finding | None:
    match = _PARSE_ERROR.search(case.message)
    lower = case.message.lower()
    codes = {
        "cannot be empty": "empty-dockerfile",
        "file with no instructions": "empty-dockerfile",
        "no build stage in current context": "no-from",
        "unterminated heredoc": "heredoc-unterminated",
    }
    code = next((code for text, code in codes.items() if text in lower), None)
    if not match and not code:
        return None
    line = int(match[1]) if match else None
    known = _problem_at(case.around.dockerfile, line=line, code=code)
    if known:
        return Finding(known.code, known.message, known.fix, line=known.line)
    inner = clean_message(match[2] if match else case.message, known=case.around.dockerfile.text)
    what = f"Docker cannot read line {line}: {inner}." if line else f"Docker cannot read the Dockerfile: {inner}."
    return Finding(code or "parse-error", what, "Check how this line is spelled.", line=line)


def _no_dockerfile(case: Case) -> Finding | None:
    match = _DOCKERFILE_MISSING.search(case.message)
    if not match:
        return None
    name = match[1].rpartition("/")[2]
    return Finding("no-dockerfile", f"There is no file called {name} in your project.", f"Create a file called {name}.")


def _problem_at(dockerfile: Dockerfile, *, line: int | None, code: str | None) -> Problem | None:
    errors = [one for one in dockerfile.problems if one.severity == "error"]
    return next((one for one in errors if one.line == line or one.code == code), None)


def _unknown_target(case: Case) -> Finding | None:
    match = _TARGET.search(case.message)
    if not match:
        return None
    names = [stage.name for stage in case.around.dockerfile.stages if stage.name]
    meant = nearest(match[1], names)
    fix = f"Did you mean {meant}?" if meant else f"Choose one of these: {', '.join(names)}."
    if not names:
        fix = f"Name a stage with AS {match[1]} at the end of its FROM line."
    return Finding("unknown-target", f"There is no stage called {match[1]} to build.", fix)


def _missing_file(case: Case) -> Finding | None:
    match = _NO_SUCH_FILE.search(case.message)
    if not match:
        return None
    clean = inside(match[1])
    instruction = case.instruction or _copying(case.around.dockerfile, clean)
    line = instruction.line if instruction else None
    context = case.around.context
    if instruction and instruction.flag("from"):
        source = instruction.flag("from")
        what = f"There is no /{clean} in {source}, where --from copies from."
        return Finding("copy-source-missing", what, "Check the path: it is the full path in that stage.", line=line)
    if rule := context.excluded.get(clean):
        what, fix = ignored(clean, rule)
        return Finding("copy-source-ignored", what, fix, line=line)
    stage = case.around.dockerfile.stages[instruction.stage] if instruction and instruction.stage is not None else None
    fix = suggestion(case.around, stage, clean, instruction.keyword if instruction else "COPY")
    return Finding("copy-source-missing", f"There is no {clean} in your project.", fix, line=line)


def _copying(dockerfile: Dockerfile, path: str) -> Instruction | None:
    for instruction in dockerfile.instructions:
        if instruction.keyword in {"COPY", "ADD"} and any(inside(source) == path for source in instruction.args[:-1]):
            return instruction
    return None


def _bad_name(case: Case) -> Finding | None:
    match = _BAD_NAME.search(case.message)
    if not match:
        return None
    what, fix = image_refusal(case.around, match[1], stages=[])
    return Finding("image-name", what, fix)


def _missing_image(case: Case) -> Finding | None:
    if not _IMAGE_SIGNS.search(case.message) or _RUN_EXIT.search(case.message):
        return None
    name = next((":".join(match.groups()) for one in _IMAGE_NAMES if (match := one.search(case.message))), None)
    reference = parse_reference(name) if name else None
    if reference is None:
        what = "Docker tried to fetch an image from the internet, and builds have no network here."
        return Finding("image-not-available", what, case.around.library.offer(""))
    user = _user_of(case.around.dockerfile, reference.canonical())
    stages = [stage.name for stage in case.around.dockerfile.stages if stage.name]
    what, fix = image_refusal(case.around, reference.familiar(), stages=stages)
    code = "unknown-stage" if user and user.keyword != "FROM" else "image-not-available"
    return Finding(code, what, fix, line=user.line if user else None)


def _user_of(dockerfile: Dockerfile, image: str) -> Instruction | None:
    """The instruction that names an image."""
    for stage in dockerfile.stages:
        if stage.resolved_base and normalise(stage.resolved_base) == image:
            return stage.opening
        for instruction in stage.instructions:
            if any(normalise(source) == image for source in sources_of(instruction)):
                return instruction
    return None


def _failed_step(case: Case) -> Finding | None:
    match = _RUN_EXIT.search(case.message)
    if not match:
        return None
    if limit := met_limit("\n".join(case.tail)):
        return limit
    code = int(match[3])
    stage = case.stage
    output = Output(
        text="\n".join(case.tail),
        message=case.message,
        command=match[1] or match[2] or "",
        exit_code=code,
        base=_root(case.around.dockerfile, stage) if stage else None,
        library=case.around.library,
        network=case.limits.network,
    )
    # A full disk or a missing network says so in the output; only a kill without a word is taken for memory.
    return read_output(output) if code != _EXIT_KILLED else _out_of_memory(case.limits)


def _root(dockerfile: Dockerfile, stage: Stage) -> str | None:
    """The image at the bottom of a stage."""
    while stage.parent is not None:
        stage = dockerfile.stages[stage.parent]
    return stage.resolved_base


def _other_faults(case: Case) -> Finding | None:
    message = case.message
    if "no such file or directory" in message and "/bin/sh" in message:
        base = _root(case.around.dockerfile, case.stage) if case.stage else None
        what = (
            "scratch is empty: it has no shell that could run this." if base == SCRATCH else "There is no shell here."
        )
        return Finding("no-shell", what, "Run it in an earlier stage and COPY --from the result.")
    if full := _DISK_FULL.search(message):
        what = "The build filled all the disk space it may use."
        if full[1] and case.limits.layer_mb:
            what = f"This step writes more than one layer may hold, which is {case.limits.layer_mb} MiB."
        return Finding("disk-full", what, "Copy and install less, or delete files in the same RUN that made them.")
    if _SESSION.search(message):
        what = "This build asks for a secret or a private image, which cannot be handed to a build here."
        return Finding("not-allowed", what, "Remove the secret or ssh mount.")
    if match := _ADD_STATUS.search(message):
        what = f"The server of an address in ADD answered {match[1]}."
        if match[1] == "403":
            what = "ADD asked for an address that builds here may not fetch from."
        return Finding("remote-add", what, "Put the file into your project and write COPY with its name.")
    if _NETWORK.search(message):
        what = "The build tried to reach the internet, and builds have no network here."
        return Finding("no-network", what, "Use files of your project and images of the library instead.")
    if _LOST.search(message):
        what = "The connection to the build engine was lost; this is not a mistake in your files."
        return Finding("engine-lost", what, "Run the build again: nothing you wrote is lost.")
    return None


def _anything_else(case: Case) -> Finding:
    text = clean_message(case.message, known=case.around.dockerfile.text).rstrip(". ")
    if not text:
        what = "The build failed, and the engine did not say why."
        return Finding("unknown", what, "Run it again; if it fails once more, try with fewer steps.")
    return Finding("unknown", f"The build failed: {text}.", "")


_READERS: tuple[Callable[[Case], Finding | None], ...] = (
    _stopped,
    _parse_error,
    _no_dockerfile,
    _unknown_target,
    _missing_file,
    _bad_name,
    _missing_image,
    _failed_step,
    _other_faults,
    _anything_else,
)
