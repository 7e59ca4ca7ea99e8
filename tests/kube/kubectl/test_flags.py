"""Flags are read as pflag reads them."""

import pytest

from playground.kube.kubectl.errors import CommandError
from playground.kube.kubectl.flags import Arguments, Flag, parse

FLAGS = (
    Flag("all", "bool", "a"),
    Flag("output", short="o"),
    Flag("replicas", "int", default=-1),
    Flag("timeout", "duration"),
    Flag("filename", "list", "f"),
    Flag("cascade", bare="background"),
)


def read(*words: str) -> Arguments:
    return parse("kubectl get", FLAGS, words)


def test_values_stand_behind_or_beside() -> None:
    found = read("pods", "-oyaml", "--replicas", "3", "--timeout=1m", "web")
    assert (found.positional, found.text("output"), found.number("replicas")) == (["pods", "web"], "yaml", 3)
    assert found.number("timeout") == 60_000_000_000


def test_what_is_not_given_has_its_default() -> None:
    found = read()
    assert (found.number("replicas"), found.text("output"), found.on("all"), found.items("filename")) == (
        -1,
        "",
        False,
        [],
    )
    assert found.changed == set()


def test_short_switches_may_be_joined() -> None:
    found = read("-ao", "name")
    assert (found.on("all"), found.text("output")) == (True, "name")


def test_a_switch_takes_a_value_only_beside_itself() -> None:
    assert not read("--all=false").on("all")
    assert read("--all", "false").positional == ["false"]
    assert read("--cascade", "orphan").text("cascade") == "background"


def test_a_list_gathers() -> None:
    assert read("-f", "a.yaml", "--filename=b.yaml").items("filename") == ["a.yaml", "b.yaml"]


def test_two_dashes_end_the_flags() -> None:
    found = read("pod", "--", "ls", "-l")
    assert (found.positional, found.dash) == (["pod", "ls", "-l"], 1)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--foo"], "unknown flag: --foo"),
        (["-aZ"], "unknown shorthand flag: 'Z' in -aZ"),
        (["-o"], "flag needs an argument: 'o' in -o"),
        (["--output"], "flag needs an argument: --output"),
        (["---"], "bad flag syntax: ---"),
        (
            ["--replicas=x"],
            'invalid argument "x" for "--replicas" flag: strconv.ParseInt: parsing "x": invalid syntax',
        ),
        (["--all=7"], 'invalid argument "7" for "-a, --all" flag: strconv.ParseBool: parsing "7": invalid syntax'),
        (["--timeout=5"], 'invalid argument "5" for "--timeout" flag: time: missing unit in duration "5"'),
    ],
)
def test_what_cannot_be_read_is_told(words: list[str], says: str) -> None:
    with pytest.raises(CommandError) as error:
        read(*words)
    assert str(error.value) == f"{says}\nSee 'kubectl get --help' for usage."
