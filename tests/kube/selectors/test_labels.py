"""Label selectors: meaning, printing, equality."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.kube.selectors import EVERYTHING, NOTHING, LabelSelector, Requirement, Selector, parse_labels

KEYS = st.sampled_from(["app", "tier", "example.com/role"])
VALUES = st.sampled_from(["", "a", "b", "7", "08", "x.y_z"])
LABELS = st.dictionaries(KEYS, VALUES)


@st.composite
def expressions(draw: st.DrawFn) -> dict[str, Any]:
    """Return one matchExpression."""
    operator = draw(st.sampled_from(["In", "NotIn", "Exists", "DoesNotExist"]))
    found: dict[str, Any] = {"key": draw(KEYS), "operator": operator}
    if operator in {"In", "NotIn"}:
        found["values"] = draw(st.lists(VALUES, min_size=1, max_size=3))
    return found


SELECTORS = st.fixed_dictionaries(
    {}, optional={"matchLabels": LABELS, "matchExpressions": st.lists(expressions(), max_size=3)}
)


def plainly(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    """Say whether labels match, in the plainest way."""
    wanted = selector.get("matchLabels", {})
    answers = [labels.get(key) == value for key, value in wanted.items()]
    for expression in selector.get("matchExpressions", []):
        here = labels.get(expression["key"])
        answers.append(
            {
                "In": here in expression.get("values", []),
                "NotIn": here not in expression.get("values", []),
                "Exists": here is not None,
                "DoesNotExist": here is None,
            }[expression["operator"]]
        )
    return all(answers)


@given(SELECTORS, LABELS)
def test_a_selector_matches_when_every_condition_holds(selector: dict[str, Any], labels: dict[str, str]) -> None:
    assert LabelSelector.of(selector).matches(labels) is plainly(selector, labels)


@given(SELECTORS)
def test_a_printed_selector_reads_back_as_the_same(selector: dict[str, Any]) -> None:
    made = LabelSelector.of(selector)
    read = parse_labels(str(made))
    assert read == made
    assert hash(read) == hash(made)


@given(SELECTORS, SELECTORS)
def test_equal_selectors_have_equal_hashes(first: dict[str, Any], second: dict[str, Any]) -> None:
    one, two = LabelSelector.of(first), LabelSelector.of(second)
    assert (one == two) == (one.requirements == two.requirements)
    if one == two:
        assert len({one, two}) == 1


@given(LABELS)
def test_none_selects_nothing_and_empty_everything(labels: dict[str, str]) -> None:
    assert not LabelSelector.of(None).matches(labels)
    assert LabelSelector.of({}).matches(labels)
    assert Selector.of_set(None).matches(labels)
    assert Selector.of_set(labels).matches(labels)


def test_nothing_and_everything_differ_though_both_print_empty() -> None:
    assert NOTHING != EVERYTHING
    assert (str(NOTHING), str(EVERYTHING)) == ("", "")
    assert EVERYTHING.empty
    assert not NOTHING.empty


def test_a_selector_prints_its_keys_in_order() -> None:
    selector = LabelSelector.of(
        {
            "matchLabels": {"z": "1", "a": "2"},
            "matchExpressions": [
                {"key": "m", "operator": "In", "values": ["y", "x", "y"]},
                {"key": "n", "operator": "NotIn", "values": ["q"]},
                {"key": "o", "operator": "Exists"},
                {"key": "p", "operator": "DoesNotExist"},
            ],
        }
    )
    assert str(selector) == "a=2,m in (x,y),n notin (q),o,!p,z=1"


def test_two_values_for_one_label_match_nothing() -> None:
    assert not parse_labels("a=1,a=2").matches({"a": "1"})


@pytest.mark.parametrize(
    ("value", "greater", "less"),
    [("6", True, False), ("4", False, True), ("5", False, False), ("x", False, False), ("+6", True, False)],
)
def test_greater_and_less_compare_whole_numbers(value: str, greater: bool, less: bool) -> None:
    assert Selector([Requirement("n", "gt", ("5",))]).matches({"n": value}) is greater
    assert Selector([Requirement("n", "lt", ("5",))]).matches({"n": value}) is less
    assert not Selector([Requirement("n", "gt", ("5",))]).matches({})


def test_numbers_beyond_64_bits_compare_to_nothing() -> None:
    assert not Selector([Requirement("n", "gt", ("5",))]).matches({"n": "9223372036854775808"})


def test_an_unknown_operator_is_refused() -> None:
    with pytest.raises(ValueError, match=r'^"Near" is not a valid label selector operator$'):
        LabelSelector.of({"matchExpressions": [{"key": "a", "operator": "Near"}]})
