"""Everything that can be known about a build before it starts: the one entry for editors and for the build queue.

Adds to the problems found in reading those that need the project's files, the image library and the engine.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from itertools import islice
from types import MappingProxyType

from playground.dockerfile.check_amounts import Amounts, check_amounts
from playground.dockerfile.check_bases import check_bases, check_sources, check_target
from playground.dockerfile.check_copies import check_copies
from playground.dockerfile.check_runs import check_runs
from playground.dockerfile.hints import check_hints
from playground.dockerfile.ignore import Ignore
from playground.dockerfile.model import Dockerfile, Problem
from playground.dockerfile.parse import MOST_PROBLEMS, in_order
from playground.dockerfile.stages import needed
from playground.dockerfile.surroundings import Surroundings

MOST = Amounts()
NO_BUILD_ARGS: Mapping[str, str] = MappingProxyType({})
_CHECKS = (check_target, check_bases, check_sources, check_copies, check_runs, check_hints)
# Docker finds these out only when it gets there, so in a stage that the target does not use they stop nothing.
_ONLY_WHEN_USED = frozenset({"image-not-available", "copy-source-missing", "copy-source-ignored", "outside-context"})


def check(
    dockerfile: Dockerfile,
    *,
    files: Mapping[str, int],
    ignore: Ignore,
    images: Collection[str],
    heredocs: bool,
    network: bool = True,
    target: str | None = None,
    build_args: Mapping[str, str] = NO_BUILD_ARGS,
    most: Amounts = MOST,
) -> tuple[Problem, ...]:
    """All problems by line. Any with severity "error" means the build would fail and need not be queued.

    `files` holds every file of the project with its size, before .dockerignore; folders may end with a slash.
    `heredocs` says whether the engine's front end is new enough for heredocs, COPY --link and RUN --network;
    `network` whether a RUN can reach the internet. One that has more than `most` is looked at no further.
    """
    around = Surroundings.of(
        dockerfile,
        files=files,
        ignore=ignore,
        images=images,
        heredocs=heredocs,
        network=network,
        target=target,
        build_args=build_args,
    )
    too_much = list(check_amounts(around, most))
    if too_much:
        return in_order([*dockerfile.problems, *too_much])
    found = [problem for run in _CHECKS for problem in islice(run(around), MOST_PROBLEMS)]
    used = needed(around.dockerfile, target)
    unused_lines = {
        line
        for stage in around.dockerfile.stages
        if stage.index not in used
        for line in range(stage.line, stage.end_line + 1)
    }
    softened = [
        replace(problem, severity="warning")
        if problem.severity == "error" and problem.code in _ONLY_WHEN_USED and problem.line in unused_lines
        else problem
        for problem in found
    ]
    return in_order([*dockerfile.problems, *softened])
