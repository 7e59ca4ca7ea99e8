"""Bytes that stand in an object as base64."""

import pytest

from playground.kube.apiserver.validation import encoded


@pytest.mark.parametrize(("text", "size"), [("", 0), ("AA==", 1), ("AAA=", 2), ("AAAA", 3), ("AA\nAA", 3)])
def test_the_size_is_told_without_decoding(text: str, size: int) -> None:
    assert encoded.size(text) == size
    assert len(encoded.decode(text)) == size


def test_what_was_encoded_is_decoded() -> None:
    assert encoded.decode(encoded.encode("é")) == "é".encode()
