"""What label keys and values may look like."""

import pytest

from playground.kube.selectors import label_value_problems, qualified_name_problems
from playground.kube.selectors.formats import subdomain_problems


@pytest.mark.parametrize("key", ["a", "A-b_c.d", "example.com/a", "1", "x" * 63, "a.b-c/" + "x" * 63])
def test_good_keys_have_no_problems(key: str) -> None:
    assert qualified_name_problems(key) == []


@pytest.mark.parametrize(
    ("key", "beginnings"),
    [
        ("", ["name part must be non-empty", "name part must consist"]),
        ("-a", ["name part must consist"]),
        ("x" * 64, ["name part must be no more than 63 bytes"]),
        ("/a", ["prefix part must be non-empty"]),
        ("UPPER/a", ["prefix part a lowercase RFC 1123 subdomain must consist"]),
        ("a/b/c", ["a valid label key must consist"]),
        ("a/", ["name part must be non-empty", "name part must consist"]),
    ],
)
def test_a_bad_key_is_told_what_is_wrong(key: str, beginnings: list[str]) -> None:
    problems = qualified_name_problems(key)
    assert len(problems) == len(beginnings)
    assert all(problem.startswith(start) for problem, start in zip(problems, beginnings, strict=True))


def test_values_may_be_empty_but_not_long_or_odd() -> None:
    assert label_value_problems("") == []
    assert label_value_problems("a.b_c-9") == []
    assert label_value_problems("x" * 64) == ["must be no more than 63 bytes"]
    assert len(label_value_problems("-" + "x" * 64)) == 2


def test_length_counts_bytes() -> None:
    assert subdomain_problems("a" * 253) == []
    assert subdomain_problems("ä" * 130)[0] == "must be no more than 253 bytes"


def test_half_a_character_is_no_reason_to_break_down() -> None:
    assert subdomain_problems("\ud800") == subdomain_problems("_")
    assert subdomain_problems("\ud800" * 100)[0] == "must be no more than 253 bytes"
