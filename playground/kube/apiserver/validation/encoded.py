"""Bytes that stand in an object as base64: how many, and which. Decoding has already refused what is no base64."""

import base64


def size(text: str) -> int:
    """How many bytes the text stands for."""
    bare = text.replace("\n", "").replace("\r", "")
    return len(bare) // 4 * 3 - (len(bare) - len(bare.rstrip("=")))


def decode(text: str) -> bytes:
    """The bytes themselves."""
    return base64.b64decode(text)


def encode(text: str) -> str:
    """The base64 of a text's bytes."""
    return base64.b64encode(text.encode()).decode("ascii")
