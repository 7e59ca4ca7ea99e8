"""The script's actions about requests."""

import pytest

from playground.kube import Cluster
from playground.kube.commands import script
from playground.kube.commands.actions import ACTIONS, Stage
from playground.kube.commands.actions_load import LOAD
from playground.kube.programs import SCHEDULING
from tests.kube.traffic.grounds import cluster, names


def play(made: Cluster, text: str) -> list[str]:
    """What a script prints."""
    said: list[str] = []
    script.run(script.parse(text), Stage(made, said.append, lambda path: path))
    return said


def test_the_actions_stand_in_the_table_of_all_actions() -> None:
    assert set(LOAD) <= set(ACTIONS)
    assert ACTIONS["load"].usage == "load SERVICE RPS [clients=N]"


def test_a_story_of_a_load_is_told() -> None:
    said = play(cluster(replicas=1), "load web 25 clients=5\nadvance 10s\nreport web")
    assert said[1] == "  25 requests a second to service/web from 5 clients"
    assert said[4] == "  25 requests a second to web from 5 clients: 250 in 10 s, 250 answered, 0 errors"


def test_one_request_is_answered_and_found_in_the_log() -> None:
    made = cluster(replicas=1)
    pod = names(made)[0]
    said = play(made, f"request web /hello\nlogs {pod}")
    assert said[1] == f"  200 from pod {pod} in 20 ms"
    assert said[2] == f"  drydock/web in pod {pod}: /hello"
    assert "GET /hello HTTP/1.1" in said[-1]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("load web many", "'many' is no number of requests a second"),
        ("load web 5 client=3", "'client=3' is not clients=N"),
        ("load nosuch 5", 'services "nosuch" not found'),
        ("report web", "service web has had no load; begin one with: load web 50"),
        ("request web", "connection refused: the service web has no ready endpoint"),
        ("logs nosuch", 'pods "nosuch" not found'),
    ],
)
def test_what_cannot_be_done_is_told(line: str, complaint: str) -> None:
    assert complaint in play(cluster(replicas=0), line)[-1]


def test_a_cluster_without_kubelets_says_that_nobody_answers() -> None:
    assert play(Cluster(profile=SCHEDULING), "request web")[-1].endswith("it has no kubelets and no kube-proxy")
