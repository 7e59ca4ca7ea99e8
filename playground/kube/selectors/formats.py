"""What label keys and values may look like, and the sentences that say why one does not.

Source: k8s.io/apimachinery/pkg/util/validation/validation.go and pkg/api/validate/content.
"""

from __future__ import annotations

import re

_NAME = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_VALUE = f"({_NAME})?"
_SUBDOMAIN = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
_NAME_RE = re.compile(_NAME)
_VALUE_RE = re.compile(_VALUE)
_SUBDOMAIN_RE = re.compile(_SUBDOMAIN)

_NAME_RULE = (
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
)
_VALUE_RULE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', "
    "and must start and end with an alphanumeric character"
)
_SUBDOMAIN_RULE = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
    "and must start and end with an alphanumeric character"
)


def size(text: str) -> int:
    """Length in bytes, as Go counts; half a character of UTF-16, which JSON may hold, counts as three."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def pattern(rule: str, regex: str, *examples: str) -> str:
    """Return the rule with examples; the comma before each "or" is Kubernetes' own."""
    if not examples:
        return f"{rule} (regex used for validation is '{regex}')"
    quoted = " or ".join(f"'{example}', " for example in examples)
    return f"{rule} (e.g. {quoted}regex used for validation is '{regex}')"


def _too_long(limit: int) -> str:
    return f"must be no more than {limit} bytes"


def subdomain_problems(value: str) -> list[str]:
    """Return why `value` is no DNS-1123 subdomain; nothing when it is one."""
    problems = [_too_long(253)] if size(value) > 253 else []
    if not _SUBDOMAIN_RE.fullmatch(value):
        problems.append(pattern(_SUBDOMAIN_RULE, _SUBDOMAIN, "example.com"))
    return problems


def qualified_name_problems(value: str) -> list[str]:
    """Return why `value` is no label key: [prefix/]name; nothing when it is one."""
    problems: list[str] = []
    parts = value.split("/")
    message = pattern(_NAME_RULE, _NAME, "MyName", "my.name", "123-abc")
    if len(parts) > 2:
        return [
            "a valid label key "
            + message
            + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
        ]
    if len(parts) == 2:
        if not parts[0]:
            problems.append("prefix part must be non-empty")
        else:
            problems += ["prefix part " + problem for problem in subdomain_problems(parts[0])]
    name = parts[-1]
    if not name:
        problems.append("name part must be non-empty")
    elif size(name) > 63:
        problems.append("name part " + _too_long(63))
    if not _NAME_RE.fullmatch(name):
        problems.append("name part " + message)
    return problems


def label_value_problems(value: str) -> list[str]:
    """Return why `value` is no label value; nothing when it is one."""
    problems = [_too_long(63)] if size(value) > 63 else []
    if not _VALUE_RE.fullmatch(value):
        problems.append(pattern(_VALUE_RULE, _VALUE, "MyValue", "my_value", "12345"))
    return problems
