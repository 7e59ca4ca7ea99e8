"""`apply` plays manifests and a script, and shows what happened."""

import argparse
import json
from pathlib import Path

import pytest

from playground.kube.commands import apply

WEB = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.27
"""


@pytest.fixture
def web(tmp_path: Path) -> Path:
    """A file with one pod."""
    path = tmp_path / "web.yaml"
    path.write_text(WEB)
    return path


def run(*words: str | Path) -> tuple[int, list[str]]:
    """Exit status and lines."""
    parser = argparse.ArgumentParser()
    apply.add_arguments(parser)
    said: list[str] = []
    return apply.run(parser.parse_args([str(word) for word in words]), said.append), said


def test_it_prints_what_was_applied_a_timeline_and_tables(web: Path) -> None:
    status, said = run(web, "--nodes", "2")
    text = "\n".join(said)
    assert status == 0
    assert said[0] == "pod/web created"
    assert "+0.000s  kubectl            pod default/web created" in text
    assert "default-scheduler  pod default/web bound to node-" in text
    assert "NAME     STATUS   ROLES    CPU   MEMORY   TAINTS   AGE" in text
    assert "NAME   READY   STATUS    RESTARTS   NODE     NOMINATED NODE   AGE" in text


def test_a_pod_that_waits_is_explained(web: Path) -> None:
    _, said = run(web)
    told = said[said.index("\npod default/web:") + 1 :]
    assert any("node" in line for line in told), said


def test_every_pod_is_explained_if_asked_for(web: Path) -> None:
    assert "\npod default/web:" not in run(web, "--nodes", "1")[1]
    _, said = run(web, "--nodes", "1", "--explain")
    assert "node-1" in said[said.index("\npod default/web:") + 2]


def test_a_refusal_names_the_line_of_the_field(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(WEB.replace("name: web\n      image", "name: Web\n      image"))
    status, said = run(path)
    assert status == 1
    assert said[0].startswith('Error from server (Invalid): line 1: Pod "web" is invalid: spec.containers[0].name:')
    assert said[1].startswith("  line 7: spec.containers[0].name: Invalid value")


def test_a_refusal_does_not_keep_the_others_back(tmp_path: Path, web: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(WEB.replace("name: web", "name: Web") + "---\n" + WEB.replace("name: web", "name: other"))
    status, said = run(bad, web)
    assert status == 1
    assert [line for line in said if line.endswith("created") and "/" in line][:2] == [
        "pod/other created",
        "pod/web created",
    ]


def test_what_is_no_yaml_is_told_with_its_line(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("kind: Pod\n\tname: x\n")
    status, said = run(bad)
    assert status == 1
    assert said[0].startswith("error: line 2")


def test_a_script_is_played_beside_its_files(tmp_path: Path, web: Path) -> None:
    (tmp_path / "more.yaml").write_text(WEB.replace("name: web", "name: more"))
    story = tmp_path / "story.txt"
    story.write_text("at 5s apply more.yaml\nadvance 5s\ndelete pod web now\n")
    status, said = run(web, "--nodes", "1", "--script", story)
    assert status == 0
    assert "> at 5s apply more.yaml" in said
    assert any("s  kubectl            pod default/more created" in line for line in said)
    assert any("> delete pod web now" in line for line in said)
    assert any("s  kubectl            pod default/web is gone" in line for line in said)


def test_an_action_that_is_refused_gives_status_1(tmp_path: Path, web: Path) -> None:
    story = tmp_path / "story.txt"
    story.write_text("delete pod nobody\n")
    assert run(web, "--script", story)[0] == 1


@pytest.mark.parametrize("text", ["fly away\n", None])
def test_a_script_that_cannot_be_read_stops_everything(tmp_path: Path, web: Path, text: str | None) -> None:
    story = tmp_path / "story.txt"
    if text is not None:
        story.write_text(text)
    status, said = run(web, "--script", story)
    assert status == 2
    assert len(said) == 1
    assert said[0].startswith("error: ")


def test_the_log_is_json_lines_and_the_same_each_time(web: Path) -> None:
    status, said = run(web, "--nodes", "2", "--log", "--seed", "7")
    assert status == 0
    assert {"revision", "time", "actor", "cause", "command"} <= json.loads(said[-1]).keys()
    assert run(web, "--nodes", "2", "--log", "--seed", "7")[1] == said
    assert run(web, "--nodes", "2", "--log", "--seed", "8")[1] != said


def test_events_are_shown_if_asked_for(web: Path) -> None:
    assert any(
        "event Scheduled: Successfully assigned default/web to node-1" in line
        for line in run(web, "--nodes", "1", "--events")[1]
    )


def test_a_story_is_told_in_sentences_and_its_details_when_asked_for(web: Path) -> None:
    story, whole = run(web, "--nodes", "1", "--story")[1], run(web, "--nodes", "1", "--story", "--events")[1]
    assert any(line.endswith("s  The scheduler put pod web on node-1.") for line in story)
    assert not any("noted on pod web" in line for line in story)
    assert any("noted on pod web" in line for line in whole)
