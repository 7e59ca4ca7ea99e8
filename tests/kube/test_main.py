"""`python -m playground.kube` knows its commands and answers with an exit status."""

import subprocess
import sys
from pathlib import Path

import pytest

from playground.kube.__main__ import COMMANDS, main
from tests.architecture.sources import ROOT


def test_it_runs_as_a_module_and_prints_to_standard_output(tmp_path: Path) -> None:
    (tmp_path / "ns.yaml").write_text("{apiVersion: v1, kind: Namespace, metadata: {name: team-a}}")
    command = [sys.executable, "-m", "playground.kube", "apply", str(tmp_path / "ns.yaml")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("namespace/team-a created\n")
    assert done.stderr == ""


def test_a_recording_that_is_none_gives_status_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.json").write_text("{}")
    assert main(["golden", str(tmp_path / "a.json")]) == 2
    assert "not a recording" in capsys.readouterr().out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"])
    assert caught.value.code == 0
    assert COMMANDS[command].about.split()[0] in capsys.readouterr().out


def test_the_help_of_apply_lists_the_actions(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["apply", "--help"])
    assert "taint NODE KEY=VALUE:EFFECT" in capsys.readouterr().out
