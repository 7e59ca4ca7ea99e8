"""Exit codes in sentences."""

import pytest

from playground.dockerfile import explain_exit


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0, "without an error"),
        (1, "reported an error"),
        (2, "does not understand"),
        (125, "could not be started"),
        (126, "may not be run"),
        (127, "not found"),
        (130, "Ctrl+C"),
        (134, "SIGABRT"),
        (137, "SIGKILL"),
        (139, "not its own"),
        (143, "asked to stop"),
        (128 + 35, "signal 35"),
        (42, "exit code 42"),
        (255, "exit code 255"),
        (-1, "exit code -1"),
    ],
)
def test_each_code_has_its_sentence(code: int, words: str) -> None:
    sentence = explain_exit(code)
    assert words in sentence
    assert sentence.endswith(".")


def test_a_memory_limit_or_a_wanted_stop_changes_the_sentence() -> None:
    assert "more memory" in explain_exit(137, oom=True)
    assert "did not stop when asked" in explain_exit(137, stopped=True)
    assert explain_exit(143, stopped=True) == "The program was asked to stop and did."
    assert explain_exit(1, stopped=True) == explain_exit(1)
