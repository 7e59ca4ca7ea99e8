"""Words become commands, and what no command is, is told as kubectl tells it."""

import pytest

from .console import Console
from .samples import pod


def test_global_flags_may_stand_before_the_command(kubectl: Console) -> None:
    assert kubectl.says("-n default create configmap settings") == "configmap/settings created\n"
    assert kubectl.api.objects("configmaps", "default")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("gte pods", 'error: unknown command "gte" for "kubectl"\n\nDid you mean this?\n\tget\n'),
        ("list pods", 'error: unknown command "list" for "kubectl"\n\nDid you mean this?\n\tget\n'),
        ("xyzzy", 'error: unknown command "xyzzy" for "kubectl"\n'),
        ("version", 'error: the command "version" is not part of this simulation\n'),
        ("create token bot", 'error: the command "create token" is not part of this simulation\n'),
        ("create deployment d", 'error: required flag(s) "image" not set\n'),
        ("rollout foo", "error: unknown command \"foo\"\nSee 'kubectl rollout -h' for help and examples\n"),
    ],
)
def test_what_is_no_command_is_told(kubectl: Console, line: str, says: str) -> None:
    assert kubectl.refuses(line) == says


def test_a_command_is_found_past_flags_that_take_a_value(kubectl: Console) -> None:
    kubectl.make(pod())
    assert kubectl.says("--namespace shop get -o name pods") == "pod/web\n"


def test_nothing_is_kept_between_runs(kubectl: Console) -> None:
    assert kubectl("get pods") == kubectl("get pods")


@pytest.mark.parametrize(
    ("line", "flag"), [("get pods --subresource=status", "subresource"), ("logs web -f", "follow")]
)
def test_a_flag_that_is_left_out_is_not_passed_over(kubectl: Console, line: str, flag: str) -> None:
    assert kubectl.refuses(line) == f"error: the flag --{flag} is not part of this simulation\n"
