"""Selectors as people write them; the messages are those of k8s.io/apimachinery/pkg/labels."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.kube.selectors import parse_labels

NAME_RULE = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
NUMBER_RULE = "for 'Gt', 'Lt' operators, the value must be an integer"
VALUE_RULE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("", ""),
        (" a = b , c in ( x , y ) , ! d ", "a=b,c in (x,y),!d"),
        ("a==b", "a==b"),
        ("a!=b", "a!=b"),
        ("a", "a"),
        ("a=", "a="),
        ("a=,b", "a=,b"),
        ("x in ()", "x in ()"),
        ("x in (,)", "x in ()"),
        ("x in (a,,b)", "x in (,a,b)"),
        ("x notin (in,notin)", "x notin (in,notin)"),
        ("in in (in)", "in in (in)"),
        ("a>5,b<12", "a>5,b<12"),
        ("z,a", "a,z"),
        ("example.com/role=web", "example.com/role=web"),
    ],
)
def test_a_selector_is_read_and_printed(text: str, printed: str) -> None:
    assert str(parse_labels(text)) == printed


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a in b", "unable to parse requirement: found 'b' expected: '('"),  # recorded from v1.36.2
        ("a===b", "unable to parse requirement: found '=', expected: identifier"),  # recorded from v1.36.2
        ("=b", "found '=', expected: !, identifier, or 'end of string'"),
        ("a,", "found '', expected: identifier after ','"),
        ("a,,b", "found ',', expected: identifier after ','"),
        ("a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"),
        ("!a=b", "found '=', expected: ',' or 'end of string'"),
        ("!", "unable to parse requirement: found '', expected: identifier"),
        ("!!a", "unable to parse requirement: found '!', expected: identifier"),
        ("a in", "unable to parse requirement: found '' expected: '('"),
        ("a in (b", "unable to parse requirement: found '', expected: ',' or ')'"),
        ("a in (b c)", "unable to parse requirement: found 'c', expected: ',' or ')'"),
        ("a in (=)", "unable to parse requirement: found '=', expected: ',', ')' or identifier"),
        ("a in (,=)", "unable to parse requirement: found '=', expected: ',', or identifier"),
        ("a>x", f'unable to parse requirement: values[0]: Invalid value: "x": {NUMBER_RULE}'),
        ("a<-2", f'unable to parse requirement: values[0][a]: Invalid value: "-2": {VALUE_RULE}'),
        ("a_=b", f'unable to parse requirement: <nil>: Invalid value: "a_": {NAME_RULE}'),
        ("/a=b", 'unable to parse requirement: <nil>: Invalid value: "/a": prefix part must be non-empty'),
    ],
)
def test_a_broken_selector_is_refused_in_the_servers_words(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        parse_labels(text)
    assert str(refused.value) == message


def test_a_bad_value_is_told_with_its_place() -> None:
    with pytest.raises(ValueError, match=r'values\[0\]\[a\]: Invalid value: "b@": a valid label must be an empty'):
        parse_labels("a=b@")
    with pytest.raises(ValueError, match="must be no more than 63 bytes"):
        parse_labels("a=" + "b" * 64)


@given(st.text(alphabet="ab/.=!<>(), \tin", max_size=30))
def test_any_text_is_read_or_refused_and_what_is_read_prints_back(text: str) -> None:
    try:
        selector = parse_labels(text)
    except ValueError:
        return
    assert parse_labels(str(selector)) == selector
