"""What Go's encoding/json says of a text that should be a JSON object and is not. Only the sentences, no decoding.

Source: the scanner of Go's encoding/json (scanner.go, decode.go).
"""

import json
from typing import Final

KINDS: Final = {bool: "bool", int: "number", float: "number", str: "string", list: "array"}
TYPE: Final = "map[string]interface {}"
ESCAPED: Final = {"'": r"'\''", '"': "'\"'"}


def object_fault(data: bytes) -> str:
    """Why the bytes are no JSON object; empty when they are one (or null)."""
    text = data.decode("utf-8", "replace")
    if not text.strip(" \t\r\n"):
        return "unexpected end of JSON input"
    try:
        value = json.loads(text)
    except json.JSONDecodeError as fault:
        return _syntax(text, fault)
    if value is None or isinstance(value, dict):
        return ""
    return f"json: cannot unmarshal {KINDS[type(value)]} into Go value of type {TYPE}"


def _syntax(text: str, fault: json.JSONDecodeError) -> str:
    if fault.pos >= len(text.rstrip()):
        return "unexpected end of JSON input"
    rune = text[fault.pos]
    shown = ESCAPED.get(rune, f"'{rune}'")
    return f"invalid character {shown} {_where(text, fault)}"


def _where(text: str, fault: json.JSONDecodeError) -> str:
    """The scanner's words for what it was reading."""
    if fault.msg == "Extra data":
        return "after top-level value"
    if fault.msg.startswith("Expecting property name"):
        before = text[: fault.pos].rstrip()
        wanted = "beginning of object key string"
        return f"looking for {wanted}" if before.endswith(("{", ",")) else "after object key:value pair"
    if fault.msg == "Expecting ':' delimiter":
        return "after object key"
    if fault.msg == "Expecting ',' delimiter":
        return "after object key:value pair" if _in_object(text[: fault.pos]) else "after array element"
    return "looking for beginning of value"


def _in_object(before: str) -> bool:
    """Whether the innermost open bracket is a brace; strings are skipped."""
    opened: list[str] = []
    quoted = escaped = False
    for rune in before:
        if quoted:
            quoted, escaped = escaped or rune != '"', not escaped and rune == "\\"
        elif rune == '"':
            quoted = True
        elif rune in "{[":
            opened.append(rune)
        elif rune in "}]":
            opened.pop()
    return bool(opened) and opened[-1] == "{"
