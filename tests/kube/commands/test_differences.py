"""Differences are collected per scenario and shown on lines that stay readable."""

from playground.kube.commands.differences import WIDEST, Comparison, broken, shown


def test_equal_values_leave_no_trace() -> None:
    comparison = Comparison("s")
    assert comparison.equal("p0", "node", ["n1"], ["n1"])
    assert comparison.done().differences == ()


def test_a_difference_names_scenario_step_and_field_and_shows_both_sides() -> None:
    comparison = Comparison("mixed-001", steps=2)
    assert not comparison.equal("p0", "node", "n1", None)
    outcome = comparison.done()
    assert (outcome.scenario, outcome.steps) == ("mixed-001", 2)
    assert str(outcome.differences[0]) == 'mixed-001 p0 node\n    real: "n1"\n    ours: null'


def test_long_values_are_cut() -> None:
    assert len(shown("x" * 5000)) == WIDEST + 1


def test_a_scenario_that_breaks_the_simulator_is_one_difference() -> None:
    [difference] = broken("s", KeyError("spec")).differences
    assert difference.what == "fault"
    assert difference.actual == "KeyError: 'spec'"
