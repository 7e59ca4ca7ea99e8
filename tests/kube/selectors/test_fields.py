"""Field selectors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.kube.selectors import FieldSelector, parse_fields
from playground.kube.selectors.fields import Term


def test_terms_must_all_hold_and_an_absent_field_is_empty() -> None:
    selector = parse_fields("spec.nodeName=n1,status.phase!=Failed")
    assert selector.matches({"spec.nodeName": "n1"})
    assert not selector.matches({"spec.nodeName": "n1", "status.phase": "Failed"})
    assert not selector.matches({})
    assert parse_fields("spec.nodeName=").matches({})
    assert selector.required("spec.nodeName") == "n1"
    assert selector.required("status.phase") is None


def test_double_equals_means_equals_and_terms_are_sorted() -> None:
    assert str(parse_fields("b==2,,a!=1")) == "a!=1,b=2"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a", "invalid selector: 'a'; can't understand 'a'"),
        ("b=1,a", "invalid selector: 'b=1,a'; can't understand 'a'"),
        (r"a=\x", r"invalid field selector: invalid escape sequence: \x"),
        ("a=b=c", "invalid field selector: unescaped character in value: 61"),
        ("a=b\\", "invalid field selector: invalid escape sequence: \\"),
    ],
)
def test_a_broken_selector_is_refused_in_the_servers_words(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        parse_fields(text)
    assert str(refused.value) == message


TERMS = st.builds(Term, st.sampled_from(["metadata.name", "a.b"]), st.text(alphabet="ab\\,=!"), st.booleans())


@given(st.lists(TERMS, max_size=4))
def test_a_printed_selector_reads_back_as_the_same(terms: list[Term]) -> None:
    selector = FieldSelector(tuple(terms))
    assert set(parse_fields(str(selector)).terms) == set(terms)
