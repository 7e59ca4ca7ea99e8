"""Dockerfiles without an engine: read them, check them, prepare them for a build, and explain why one failed.

Pure functions over text and values; no framework, no files, no network. Start with `parse`.
"""

from playground.dockerfile.check import check
from playground.dockerfile.check_amounts import Amounts
from playground.dockerfile.exit_codes import explain_exit
from playground.dockerfile.explain import Explanation, explain
from playground.dockerfile.faults import FailureContext
from playground.dockerfile.ignore import ALWAYS_SENT, Ignore, IgnoreRule
from playground.dockerfile.locate import StepName, locate, parse_vertex_name, steps
from playground.dockerfile.model import Dockerfile, Flag, Heredoc, Instruction, Problem, Severity, Stage
from playground.dockerfile.parse import parse
from playground.dockerfile.references import NameAdvice, Reference, check_tag, normalise, parse_reference
from playground.dockerfile.rewrite import rewrite

__all__ = [
    "ALWAYS_SENT",
    "Amounts",
    "Dockerfile",
    "Explanation",
    "FailureContext",
    "Flag",
    "Heredoc",
    "Ignore",
    "IgnoreRule",
    "Instruction",
    "NameAdvice",
    "Problem",
    "Reference",
    "Severity",
    "Stage",
    "StepName",
    "check",
    "check_tag",
    "explain",
    "explain_exit",
    "locate",
    "normalise",
    "parse",
    "parse_reference",
    "parse_vertex_name",
    "rewrite",
    "steps",
]
