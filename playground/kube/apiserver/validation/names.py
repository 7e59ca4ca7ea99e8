"""What names, keys and addresses look like: each check answers a list of complaints, empty when all is well.

Source: k8s.io/apimachinery/pkg/util/validation/{validation,ip}.go and pkg/api/validate/content, v1.36.
The checks of content count length in bytes, the older ones in characters: Go's len() is bytes in both.
"""

import re
from collections.abc import Callable
from typing import Final

from playground.kube.selectors import formats

Check = Callable[[str], list[str]]

LABEL: Final = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
LABEL_UNDERSCORE: Final = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
SUBDOMAIN: Final = rf"{LABEL}(\.{LABEL})*"
SUBDOMAIN_UNDERSCORE: Final = rf"{LABEL_UNDERSCORE}(\.{LABEL_UNDERSCORE})*"
LABEL_1035: Final = "[a-z]([-a-z0-9]*[a-z0-9])?"
WILDCARD: Final = rf"\*\.{SUBDOMAIN}"
CONFIG_KEY: Final = "[-._a-zA-Z0-9]+"
PERCENT: Final = "[0-9]+%"
HEADER: Final = "[-A-Za-z0-9]+"
PATTERNS: Final = {
    text: re.compile(text)
    for text in (
        LABEL,
        SUBDOMAIN,
        SUBDOMAIN_UNDERSCORE,
        LABEL_1035,
        WILDCARD,
        CONFIG_KEY,
        PERCENT,
        HEADER,
    )
}

SUBDOMAIN_SAYS: Final = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
    "and must start and end with an alphanumeric character"
)
LABEL_SAYS: Final = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "
    "and must start and end with an alphanumeric character"
)
MAX_LABEL: Final = 63
MAX_SUBDOMAIN: Final = 253
MAX_PORT_NAME: Final = 15
MAX_PORT: Final = 65535
MAX_ID: Final = 2**31 - 1


# What selectors know as well: label keys and values, and the sentences about them.
size = formats.size
pattern = formats.pattern
is_qualified_name = formats.qualified_name_problems
is_label_value = formats.label_value_problems
is_dns1123_subdomain_in_bytes = formats.subdomain_problems


def max_length(limit: int) -> str:
    """The complaint about a text that is too long."""
    return f"must be no more than {limit} characters"


def in_range(low: int, high: int) -> str:
    """The complaint about a number outside a range."""
    return f"must be between {low} and {high}, inclusive"


def matches(regex: str, text: str) -> bool:
    """Whether the whole text matches; `regex` is one of the constants above."""
    return PATTERNS[regex].fullmatch(text) is not None


def is_dns1123_label(value: str) -> list[str]:
    """A DNS label of RFC 1123: `my-name`."""
    errors = [max_length(MAX_LABEL)] if size(value) > MAX_LABEL else []
    if not matches(LABEL, value):
        dotted = matches(SUBDOMAIN, value)
        errors.append("must not contain dots" if dotted else pattern(LABEL_SAYS, LABEL, "my-name", "123-abc"))
    return errors


def is_dns1123_subdomain(value: str) -> list[str]:
    """A DNS subdomain of RFC 1123: labels joined by dots."""
    errors = [max_length(MAX_SUBDOMAIN)] if size(value) > MAX_SUBDOMAIN else []
    if not matches(SUBDOMAIN, value):
        errors.append(pattern(SUBDOMAIN_SAYS, SUBDOMAIN, "example.com"))
    return errors


def is_dns1123_subdomain_with_underscore(value: str) -> list[str]:
    """The same where underscores are allowed (DNS search paths)."""
    errors = [max_length(MAX_SUBDOMAIN)] if size(value) > MAX_SUBDOMAIN else []
    if not matches(SUBDOMAIN_UNDERSCORE, value):
        says = SUBDOMAIN_SAYS.replace("'-' or", "'_', '-' or")
        errors.append(pattern(says, SUBDOMAIN_UNDERSCORE, "example.com"))
    return errors


def is_dns1035_label(value: str) -> list[str]:
    """A DNS label of RFC 1035: it starts with a letter."""
    errors = [max_length(MAX_LABEL)] if size(value) > MAX_LABEL else []
    if not matches(LABEL_1035, value):
        says = (
            "a DNS-1035 label must consist of lower case alphanumeric characters or '-', "
            "start with an alphabetic character, and end with an alphanumeric character"
        )
        errors.append(pattern(says, LABEL_1035, "my-name", "abc-123"))
    return errors


def is_wildcard_subdomain(value: str) -> list[str]:
    """`*.` and a subdomain, as an Ingress host may be."""
    errors = [max_length(MAX_SUBDOMAIN)] if size(value) > MAX_SUBDOMAIN else []
    if not matches(WILDCARD, value):
        says = (
            "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist "
            "of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character"
        )
        errors.append(pattern(says, WILDCARD, "*.example.com"))
    return errors


def is_port_number(port: int) -> list[str]:
    """A port from 1 to 65535."""
    return [] if 1 <= port <= MAX_PORT else [in_range(1, MAX_PORT)]


def is_port_name(port: str) -> list[str]:
    """An IANA service name: at most 15 of [-a-z0-9], with a letter, and hyphens only inside and single."""
    errors = [max_length(MAX_PORT_NAME)] if size(port) > MAX_PORT_NAME else []
    if not re.fullmatch("[-a-z0-9]+", port):
        errors.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    if not re.search("[a-z]", port):
        errors.append("must contain at least one letter (a-z)")
    if "--" in port:
        errors.append("must not contain consecutive hyphens")
    if port.startswith("-") or port.endswith("-"):
        errors.append("must not begin or end with a hyphen")
    return errors


def is_user_or_group_id(number: int) -> list[str]:
    """A Unix user or group number."""
    return [] if 0 <= number <= MAX_ID else [in_range(0, MAX_ID)]


def is_percent(text: str) -> list[str]:
    """`25%`."""
    if matches(PERCENT, text):
        return []
    says = "a valid percent string must be a numeric string followed by an ending '%'"
    return [pattern(says, PERCENT, "1%", "93%")]


def is_http_header_name(value: str) -> list[str]:
    """The name of an HTTP header."""
    if matches(HEADER, value):
        return []
    return [pattern("a valid HTTP header must consist of alphanumeric characters or '-'", HEADER, "X-Header-Name")]


def is_env_var_name(value: str) -> list[str]:
    """An environment variable's name: printable ASCII without `=` (relaxed since v1.34)."""
    errors = [] if value else ["environment variable name must be non-empty"]
    if any(not " " <= rune <= "~" or rune == "=" for rune in value):
        errors.append(
            "a valid environment variable name must consist only of printable ASCII characters other than '='"
        )
    return errors


def is_config_key(value: str) -> list[str]:
    """A key of a ConfigMap or Secret: it may become a file name."""
    errors = [max_length(MAX_SUBDOMAIN)] if size(value) > MAX_SUBDOMAIN else []
    if not matches(CONFIG_KEY, value):
        says = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"
        errors.append(pattern(says, CONFIG_KEY, "key.name", "KEY_NAME", "key-name"))
    return errors + _climbs(value)


def _climbs(value: str) -> list[str]:
    if value in {".", ".."}:
        return [f"must not be '{value}'"]
    return ["must not start with '..'"] if value.startswith("..") else []


def is_path_segment(name: str) -> list[str]:
    """A name that can stand between the slashes of a URL."""
    if name in {".", ".."}:
        return [f"may not be '{name}'"]
    return [f"may not contain '{part}'" for part in ("/", "%") if part in name]


def mask_trailing_dash(name: str) -> str:
    """What a generateName is checked as: it may end in a dash, since letters follow."""
    return name[:-2] + "a" if len(name) > 1 and name.endswith("-") else name
