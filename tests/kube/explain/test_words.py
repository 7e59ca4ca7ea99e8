"""Small words for sentences."""

import pytest

from playground.kube.explain import words
from playground.kube.scheduler.tolerations import Taint


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c", "d"], "a, b, c and d"),
        (["a", "b", "c", "d", "e"], "a, b, c and 2 others"),
    ],
)
def test_long_lists_are_cut_and_counted(items: list[str], expected: str) -> None:
    assert words.names(items) == expected


def test_a_taint_is_written_as_kubectl_does() -> None:
    assert words.taint(Taint("gpu", "true", "NoSchedule")) == "gpu=true:NoSchedule"
    assert words.taint(Taint("down", "", "NoExecute")) == "down:NoExecute"


def test_counts_agree_with_their_noun() -> None:
    assert [words.count(number, "pod") for number in (0, 1, 2)] == ["no pods", "1 pod", "2 pods"]
