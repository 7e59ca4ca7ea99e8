"""The rules on the health page, and their lines with and without a result."""

from playground.engine import health
from playground.engine.health import GROUPS, RULES, Result
from playground.engine.limits import LIMITS

KEYS = [rule.key for rule in RULES]


def test_every_rule_has_a_key_of_its_own_a_title_and_says_what_follows_without_it() -> None:
    assert len(set(KEYS)) == len(KEYS)
    for rule in RULES:
        assert rule.title[0].isupper()
        assert rule.otherwise.endswith(".")
        assert rule.essential == "" or rule.essential.endswith(".")


def test_every_group_has_rules_and_they_stand_together_in_order() -> None:
    assert list(dict.fromkeys(rule.group for rule in RULES)) == list(GROUPS)


def test_every_limit_that_the_engine_enforces_on_one_step_or_container_is_a_rule() -> None:
    tried = {"build.memory", "build.processes", "build.cpus", "build.disk", "run.memory", "run.processes", "run.cpus",
             "run.disk"}  # fmt: skip
    assert tried <= set(KEYS)
    assert tried <= set(LIMITS)


def test_lines_without_a_result_say_that_they_were_not_tried() -> None:
    known = Result(key="build.memory", state="enforced", sentence="It was killed.")
    lines = {line.key: line for line in health.lines({"build.memory": known}, untried="Wait a little.")}
    assert list(lines) == KEYS
    assert (lines["build.memory"].state, lines["build.memory"].sentence) == ("enforced", "It was killed.")
    assert (lines["run.memory"].state, lines["run.memory"].sentence) == ("not tried yet", "Wait a little.")


def test_only_essential_lines_that_are_not_enforced_are_missed() -> None:
    everything = {key: Result(key=key, state="enforced", sentence="It held.") for key in KEYS}
    assert health.missing(health.lines(everything, untried="")) == []
    for state in ("not enforced", "cannot be had here", "not tried yet"):
        results = {key: Result(key=key, state=state, sentence="It did not.") for key in KEYS}
        missed = {line.key for line in health.missing(health.lines(results, untried=""))}
        assert missed == set(KEYS) - {"build.cpus", "run.cpus"}
