"""Tokens of scripts."""

import pytest

from playground.kube.runtime.shell.lexer import NotUnderstood, tokens


def shown(text: str) -> list[str]:
    return [token.operator or "".join(part.text for part in token.word) for token in tokens(text)]


def test_words_operators_and_redirections_are_told_apart() -> None:
    assert shown("a&&b||c;d &e|f") == ["a", "&&", "b", "||", "c", ";", "d", "&", "e", "|", "f"]
    assert shown("a >b 2>>c 2>&1 <d") == ["a", ">", "b", "2>>", "c", "2>&1", "<", "d"]
    assert shown("a # b\nc") == ["a", "\n", "c"]
    assert shown("a \\\n b") == ["a", "b"]


def test_quotes_keep_what_they_hold() -> None:
    assert shown("'a b' \"c  $d\" e\\ f") == ["a b", "c  $d", "e f"]
    assert shown("$(a b; c) ${d:-e f} `g h`") == ["$(a b; c)", "${d:-e f}", "`g h`"]


@pytest.mark.parametrize("text", ["'a", '"a', "$(a", "${a", "`a", "a <<B"])
def test_what_is_not_closed_or_not_known_is_refused(text: str) -> None:
    with pytest.raises(NotUnderstood):
        tokens(text)
