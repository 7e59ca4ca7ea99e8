"""What a Dockerfile may ask of the engine itself: few enough instructions, and values that do not multiply."""

import time
import tracemalloc

import pytest

from playground.dockerfile import Amounts, Ignore, check, parse
from playground.dockerfile.check_amounts import LONGEST_OF_IMAGES
from playground.dockerfile.variables import LONGEST
from playground.engine.limits import LIMITS


def errors(text: str, *, build_args: dict[str, str] | None = None) -> list[tuple[str, int]]:
    found = check(
        parse(text), files={}, ignore=Ignore.parse(""), images=["busybox:latest"], heredocs=False,
        build_args=build_args or {},
    )  # fmt: skip
    return [(problem.code, problem.line) for problem in found if problem.severity == "error"]


def doubling(keyword: str, times: int) -> str:
    return "".join(f"{keyword} a{n}=${{a{n - 1}}}${{a{n - 1}}}\n" for n in range(1, times))


@pytest.mark.parametrize(
    "text",
    [
        "FROM busybox:latest\nENV a0=0123456789\n" + doubling("ENV", 40),
        "FROM busybox:latest\nARG a0=0123456789\n" + doubling("ARG", 40),
        "FROM busybox:latest\nENV a0=0123456789\n" + doubling("ONBUILD ENV", 40),
        "FROM busybox:latest AS one\nENV a0=0123456789\n"
        + doubling("ENV", 10)
        + "FROM one\n"
        + doubling("ENV", 40).partition("ENV a10")[2].join(("ENV a10", "")),
        "ARG a0=0123456789\n" + doubling("ARG", 40) + "FROM busybox:latest\n",
        "FROM busybox:latest\n" + doubling("ENV", 40).replace("${a0}", "$PATH"),
        "FROM busybox:latest\nENV a=0123456789\nLABEL x=" + "$a" * 20_000 + "\n",
        "FROM busybox:latest\nENV a0=0123456789\n"
        + "".join(f"ENV a{n}=${{a{n - 1}//0/000000000}}\n" for n in range(1, 40)),
        "FROM busybox:latest\nENV a0=0123456789\n"
        + "".join(f"ENV a{n}=${{none:-${{a{n - 1}}}${{a{n - 1}}}}}\n" for n in range(1, 40)),
    ],
    ids=["ENV", "ARG", "ONBUILD", "stages", "above FROM", "of the base", "LABEL", "replacing", "defaults"],
)
def test_values_that_multiply_are_refused_at_once_and_in_little_memory(text: str) -> None:
    tracemalloc.start()
    began = time.perf_counter()
    found = errors(text)
    took, (_, most) = time.perf_counter() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [code for code, _ in found] == ["values-too-long"]
    assert took < 2
    assert most < 20_000_000


def test_the_line_that_is_too_much_is_named() -> None:
    text = f"FROM busybox:latest\nENV a={'x' * 20_000}\nENV b=$a\nENV c=$a$b\nENV d=$c\n"
    assert errors(text) == [("values-too-long", 4)]


def test_all_values_together_have_a_limit_too() -> None:
    text = "FROM busybox:latest\n" + "".join(f"ENV a{n}={'x' * 10_000}\n" for n in range(20))
    assert errors(text) == [("values-too-long", 15)]


def test_a_build_argument_counts_as_what_it_is_filled_with() -> None:
    text = "FROM busybox:latest\nARG a=1\nENV b=$a$a$a$a\n"
    assert errors(text) == []
    assert errors(text, build_args={"a": "x" * 10_000}) == [("values-too-long", 3)]


def test_a_build_argument_says_nothing_of_what_env_sets() -> None:
    text = f"FROM busybox:latest\nENV a={'x' * 20_000}\nENV b=$a$a\n"
    assert errors(text, build_args={"a": "1"}) == [("values-too-long", 3)]


def test_what_people_write_is_left_alone() -> None:
    lines = [
        "ARG VERSION=3.11.2", "FROM busybox:latest", "ARG VERSION", "ENV PATH=/opt/bin:$PATH",
        "ENV PATH /usr/x:${PATH}",
        "ENV SHORT=${VERSION%.*} NAME='a $b' OTHER=${NONE:-word} THIRD=${PATH:+set}", "LABEL version=$VERSION by=me",
        "WORKDIR /srv/$VERSION", "USER ${USER:-nobody}", "EXPOSE $PORT", "RUN echo $VERSION", 'CMD ["true"]',
    ]  # fmt: skip
    assert errors("\n".join(lines)) == []


def test_too_many_instructions_are_counted_for_the_learner() -> None:
    found = check(
        parse("FROM busybox:latest\n" + "RUN :\n" * 400), files={}, ignore=Ignore.parse(""), images=["busybox:latest"],
        heredocs=False,
    )  # fmt: skip
    assert [problem.message for problem in found if problem.severity == "error"] == [
        "The Dockerfile has 401 instructions; it may have 400."
    ]
    assert errors("FROM busybox:latest\n" + "RUN :\n" * 399) == []


def test_the_limits_page_says_what_is_checked() -> None:
    assert LIMITS["dockerfile.instructions"].value == Amounts().instructions
    assert LIMITS["dockerfile.values"].value == Amounts().values
    assert LIMITS["image.variable"].value == LONGEST_OF_IMAGES <= LONGEST
