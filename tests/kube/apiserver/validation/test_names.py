"""What names look like."""

import pytest

from playground.kube.apiserver.validation import names

from .support import CONFIG_KEY, LABEL, LABEL_VALUE, NAME_PART, SUBDOMAIN

ENV_NAME = "a valid environment variable name must consist only of printable ASCII characters other than '='"


@pytest.mark.parametrize("name", ["a", "a-b", "1a", "a1", "a" * 63])
def test_labels_may_begin_with_a_digit(name: str) -> None:
    assert names.is_dns1123_label(name) == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", [LABEL]),
        ("A", [LABEL]),
        ("-a", [LABEL]),
        ("a_b", [LABEL]),
        ("a.b", ["must not contain dots"]),
        ("a" * 64, ["must be no more than 63 characters"]),
        ("A" * 64, ["must be no more than 63 characters", LABEL]),
        ("é", [LABEL]),
    ],
)
def test_what_is_wrong_with_a_label(name: str, told: list[str]) -> None:
    assert names.is_dns1123_label(name) == told


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("a.b-c.d", []),
        ("a..b", [SUBDOMAIN]),
        ("a" * 254, ["must be no more than 253 characters"]),
        ("a\n", [SUBDOMAIN]),
    ],
)
def test_subdomains_are_labels_joined_by_dots(name: str, told: list[str]) -> None:
    assert names.is_dns1123_subdomain(name) == told


def test_search_paths_may_have_underscores() -> None:
    assert names.is_dns1123_subdomain_with_underscore("_tcp.a_b.c") == []
    (told,) = names.is_dns1123_subdomain_with_underscore("a__")
    assert told.startswith(
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.'"
    )


def test_labels_of_rfc_1035_begin_with_a_letter() -> None:
    assert names.is_dns1035_label("a1") == []
    (told,) = names.is_dns1035_label("1a")
    assert told == (
        "a DNS-1035 label must consist of lower case alphanumeric "
        "characters or '-', start with an alphabetic character, "
        "and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is "
        "'[a-z]([-a-z0-9]*[a-z0-9])?')"
    )


@pytest.mark.parametrize("host", ["*.a.com", "*.a"])
def test_a_star_stands_for_the_first_label(host: str) -> None:
    assert names.is_wildcard_subdomain(host) == []


@pytest.mark.parametrize("host", ["*", "*a.com", "a.*.com", "*.*.com"])
def test_a_star_elsewhere_is_refused(host: str) -> None:
    (told,) = names.is_wildcard_subdomain(host)
    assert told.startswith("a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain")


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("app", []),
        ("example.com/App_1", []),
        ("my key", [NAME_PART]),
        ("/a", ["prefix part must be non-empty"]),
        ("a/", ["name part must be non-empty", NAME_PART]),
        ("a" * 64, ["name part must be no more than 63 bytes"]),
        ("Ex/a", [f"prefix part {SUBDOMAIN}"]),
        ("a" * 254 + "/b", ["prefix part must be no more than 253 bytes"]),
        (
            "a/b/c",
            [
                (
                    f"a valid label key {NAME_PART.removeprefix('name part ')} "
                    "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
                )
            ],
        ),
    ],
)
def test_label_keys_are_a_name_with_an_optional_domain(key: str, told: list[str]) -> None:
    assert names.is_qualified_name(key) == told


@pytest.mark.parametrize(
    ("value", "told"),
    [("", []), ("a.B-1", []), ("a b", [LABEL_VALUE]), ("a" * 64, ["must be no more than 63 bytes"])],
)
def test_label_values_may_be_empty(value: str, told: list[str]) -> None:
    assert names.is_label_value(value) == told


@pytest.mark.parametrize(
    ("port", "told"),
    [
        ("http", []),
        ("8080", ["must contain at least one letter (a-z)"]),
        ("a--b", ["must not contain consecutive hyphens"]),
        ("-a-", ["must not begin or end with a hyphen"]),
        (
            "",
            [
                "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
                "must contain at least one letter (a-z)",
            ],
        ),
        ("a" * 16, ["must be no more than 15 characters"]),
    ],
)
def test_port_names_are_iana_service_names(port: str, told: list[str]) -> None:
    assert names.is_port_name(port) == told


def test_numbers_have_ranges() -> None:
    assert names.is_port_number(65535) == []
    assert names.is_port_number(65536) == ["must be between 1 and 65535, inclusive"]
    assert names.is_user_or_group_id(-1) == ["must be between 0 and 2147483647, inclusive"]


def test_percentages_are_digits_and_a_sign() -> None:
    assert names.is_percent("25%") == []
    assert names.is_percent("25") == [
        (
            "a valid percent string must be a numeric string followed by an ending '%' "
            "(e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"
        )
    ]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("MY.var-1", []),
        ("1 a", []),
        ("a=b", [ENV_NAME]),
        ("ä", [ENV_NAME]),
        ("", ["environment variable name must be non-empty"]),
    ],
)
def test_environment_names_are_printable_ascii(name: str, told: list[str]) -> None:
    assert names.is_env_var_name(name) == told


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("a.txt", []),
        ("a b", [CONFIG_KEY]),
        (".", ["must not be '.'"]),
        ("..", ["must not be '..'"]),
        ("..data", ["must not start with '..'"]),
        ("a" * 254, ["must be no more than 253 characters"]),
    ],
)
def test_config_keys_can_be_file_names(key: str, told: list[str]) -> None:
    assert names.is_config_key(key) == told


def test_header_names_are_letters_digits_and_dashes() -> None:
    assert names.is_http_header_name("X-A1") == []
    assert names.is_http_header_name("a b") == [
        (
            "a valid HTTP header must consist of alphanumeric characters or '-' "
            "(e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')"
        )
    ]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("system:a", []),
        (".", ["may not be '.'"]),
        ("a/b%", ["may not contain '/'", "may not contain '%'"]),
    ],
)
def test_path_segments_fit_between_slashes(name: str, told: list[str]) -> None:
    assert names.is_path_segment(name) == told


@pytest.mark.parametrize(("name", "masked"), [("web-", "wea"), ("-", "-"), ("web", "web")])
def test_a_generated_names_prefix_may_end_in_a_dash(name: str, masked: str) -> None:
    assert names.mask_trailing_dash(name) == masked
