"""Shorthands for the tests of Dockerfiles: a small project, its images, and the codes of what was found."""

from collections.abc import Collection, Mapping

from playground.dockerfile import Ignore, Problem, check, parse

IMAGES = ("busybox:latest", "debian:bookworm-slim", "python:3.11-slim")
FILES = {"Dockerfile": 90, "app.py": 10, "requirements.txt": 5, "src/main.py": 7, "src/util.py": 7, "assets/": 0}


def check_text(
    text: str,
    *,
    files: Mapping[str, int] = FILES,
    ignore: str = "",
    images: Collection[str] = IMAGES,
    heredocs: bool = True,
    network: bool = True,
    target: str | None = None,
    build_args: Mapping[str, str] | None = None,
) -> tuple[Problem, ...]:
    """Everything that is wrong with a Dockerfile in the small project."""
    return check(
        parse(text),
        files=files,
        ignore=Ignore.parse(ignore),
        images=images,
        heredocs=heredocs,
        network=network,
        target=target,
        build_args=build_args or {},
    )


def codes(problems: Collection[Problem], *, severity: str = "") -> list[str]:
    """The codes of the problems, of one severity if asked."""
    return [problem.code for problem in problems if severity in {"", problem.severity}]


def only(problems: Collection[Problem], code: str) -> Problem:
    """The one problem with this code; fails when there are none or several."""
    found = [problem for problem in problems if problem.code == code]
    assert len(found) == 1, problems
    return found[0]
