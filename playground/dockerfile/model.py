"""What a Dockerfile looks like once it is read: plain frozen values and nothing else.

Every other module of this package produces or consumes these; they may be used anywhere. No reading, no rules and no
sentences belong here.
"""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "hint"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One remark about one place in the Dockerfile.

    Lines and columns count from 1, in characters; `end_column` is the first column *after* the marked text.
    """

    code: str
    severity: Severity
    line: int
    column: int
    end_column: int
    message: str
    fix: str


@dataclass(frozen=True, slots=True)
class Flag:
    """`--from=build` is Flag("from", "build"); `--link`, which has no `=`, is Flag("link", None)."""

    name: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Heredoc:
    """The lines between `<<EOF` and `EOF`."""

    name: str
    content: str
    expand: bool  # False when the word was quoted: variables inside stay as they are
    chomp: bool  # True for <<-: leading tabs are removed
    line: int  # of the first content line
    end_line: int  # of the closing word


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction with its continuation lines folded into one."""

    keyword: str
    flags: tuple[Flag, ...]
    args: tuple[str, ...]
    json_form: bool
    text: str  # everything after the keyword, flags included, as BuildKit shows it in step names
    line: int
    end_line: int
    stage: int | None
    heredocs: tuple[Heredoc, ...] = ()

    def flag(self, name: str) -> str | None:
        """The value of the first flag with this name; "" for one that has no value, None when it is absent."""
        return next((flag.value or "" for flag in self.flags if flag.name == name), None)


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything from one FROM to the next."""

    index: int
    name: str | None  # lower case, as BuildKit keeps it
    base: str  # as written
    resolved_base: str | None  # with ARG defaults filled in; None when it cannot be known
    platform: str | None
    line: int
    instructions: tuple[Instruction, ...]  # without FROM
    opening: Instruction  # the FROM itself
    parent: int | None = None  # index of the earlier stage it starts from, when it is not an image

    @property
    def label(self) -> str:
        """The name BuildKit shows: a stage without one is called after its place."""
        return self.name or f"stage-{self.index}"

    @property
    def end_line(self) -> int:
        return max([self.opening.end_line, *(instruction.end_line for instruction in self.instructions)])


@dataclass(frozen=True, slots=True)
class Dockerfile:
    """The whole file. `problems` holds what reading alone can tell; `check` adds the rest."""

    text: str
    escape: str
    syntax: str | None
    instructions: tuple[Instruction, ...]
    stages: tuple[Stage, ...]
    problems: tuple[Problem, ...]

    def stage_named(self, name: str) -> Stage | None:
        """The last stage with this name, as BuildKit looks it up (upper and lower case are the same)."""
        wanted = name.lower()
        return next((stage for stage in reversed(self.stages) if stage.name == wanted), None)
