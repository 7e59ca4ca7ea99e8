"""Flags that many commands share."""

from playground.kube.kubectl.command import GLOBAL, lists, switches, texts


def test_flags_are_made_by_their_kind() -> None:
    made = (*switches("a"), *texts("b"), *lists("c"))
    assert [(flag.name, flag.kind) for flag in made] == [("a", "bool"), ("b", "string"), ("c", "list")]


def test_a_namespace_may_be_given_to_every_command() -> None:
    assert ("namespace", "n") in [(flag.name, flag.short) for flag in GLOBAL]
