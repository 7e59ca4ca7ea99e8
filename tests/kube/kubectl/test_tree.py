"""The commands there are."""

from playground.kube.kubectl.command import GLOBAL
from playground.kube.kubectl.tree import COMMANDS, FLAGS_LEFT_OUT, LEFT_OUT, OTHER_WORDS


def test_no_command_has_a_flag_twice() -> None:
    for name, command in COMMANDS.items():
        names = [flag.name for flag in command.flags]
        letters = [flag.short for flag in (*GLOBAL, *command.flags) if flag.short]
        assert (name, len(names), len(letters)) == (name, len(set(names)), len(set(letters)))


def test_a_required_flag_is_one_of_the_commands_own() -> None:
    for command in COMMANDS.values():
        assert set(command.required) <= {flag.name for flag in command.flags}


def test_words_left_out_are_no_commands() -> None:
    assert not (LEFT_OUT | set(OTHER_WORDS)) & set(COMMANDS)


def test_flags_left_out_are_flags_of_a_command() -> None:
    known = {f"--{flag.name}" for flag in GLOBAL}
    for name, command in COMMANDS.items():
        known |= {f"--{flag.name}" for flag in command.flags} | {f"{name} --{flag.name}" for flag in command.flags}
    assert known >= FLAGS_LEFT_OUT
