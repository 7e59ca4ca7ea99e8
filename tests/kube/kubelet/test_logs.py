"""What containers wrote, through the wire and through kubectl."""

import shlex
from typing import Any

import pytest

from playground.kube.cluster import Cluster
from playground.kube.kubectl import Result
from playground.kube.kubectl import run as kubectl_run
from playground.kube.rest import Call, Reply
from tests.kube.kubelet.support import cluster, container, run

SAYS = container(command=["sh", "-c", "echo one; echo two; echo three; sleep 5; echo four; exit 1"])


def ask(made: Cluster, name: str = "web", **query: str) -> Reply:
    return made.handle(Call("GET", f"/api/v1/namespaces/default/pods/{name}/log", query))


def kubectl(made: Cluster, line: str) -> Result:
    return kubectl_run(made.handle, shlex.split(line), {}, namespace="default", now=made.clock.now)


@pytest.fixture
def made() -> Cluster:
    found = cluster()
    run(found, "web", SAYS)
    return found


def test_all_of_the_output_comes_as_text(made: Cluster) -> None:
    reply = ask(made)
    assert (reply.code, reply.body) == (200, "one\ntwo\nthree\n")


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ({"tailLines": "1"}, "three\n"),
        ({"tailLines": "0"}, ""),
        ({"limitBytes": "6"}, "one\ntw"),
        ({"sinceSeconds": "1"}, ""),
        ({"sinceSeconds": "100"}, "one\ntwo\nthree\n"),
        ({"sinceTime": "2026-01-01T00:01:00Z"}, ""),
    ],
)
def test_a_part_may_be_asked_for(made: Cluster, query: dict[str, str], text: str) -> None:
    assert ask(made, **query).body == text


def test_lines_may_have_their_time(made: Cluster) -> None:
    line = ask(made, timestamps="true", tailLines="1").body
    assert line.startswith("2026-01-01T00:00:01.2")
    assert line.endswith("Z three\n")


def test_the_run_before_is_there_after_a_restart(made: Cluster) -> None:
    assert ask(made, previous="true").body["message"] == ('previous terminated container "c" in pod "web" not found')
    made.advance(4)
    assert ask(made, previous="true").body == "one\ntwo\nthree\nfour\n"


def test_a_container_that_waits_for_its_back_off_shows_what_it_wrote(made: Cluster) -> None:
    made.advance(9)
    assert ask(made).body == "one\ntwo\nthree\nfour\n"


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ({"image": "nginx:no-such-tag"}, "trying and failing to pull image"),
        ({"envFrom": [{"secretRef": {"name": "db"}}]}, "CreateContainerConfigError"),
    ],
)
def test_what_never_ran_has_written_nothing(spec: dict[str, Any], says: str) -> None:
    made = cluster()
    run(made, "web", container(**spec))
    reply = ask(made)
    assert (reply.code, reply.body["reason"]) == (400, "BadRequest")
    assert reply.body["message"] == f'container "c" in pod "web" is waiting to start: {says}'


def test_the_container_has_to_be_named_where_there_are_several() -> None:
    made = cluster()
    run(made, "web", container("a"), container("b"), initContainers=[container("i", command=["true"])])
    assert ask(made).body["message"] == "a container name must be specified for pod web, choose one of: [i a b]"
    assert ask(made, container="x").body["message"] == "container x is not valid for pod web"
    assert ask(made, container="a").code == 200


def test_options_are_checked(made: Cluster) -> None:
    reply = ask(made, tailLines="-1", limitBytes="0")
    assert (reply.code, reply.body["reason"]) == (422, "Invalid")
    assert [cause["field"] for cause in reply.body["details"]["causes"]] == ["tailLines", "limitBytes"]


def test_nobody_answers_for_a_machine_that_is_off(made: Cluster) -> None:
    made.faults.stop_node("node-1")
    made.advance(1)
    reply = ask(made)
    assert reply.code == 500
    assert ":10250: connect: connection refused" in reply.body["message"]


def test_kubectl_prints_it(made: Cluster) -> None:
    assert kubectl(made, "logs web").stdout == "one\ntwo\nthree\n"
    assert kubectl(made, "logs web --tail=1 --prefix").stdout == "[pod/web/c] three\n"
    assert kubectl(made, "logs pod/web -c c --since=1h").stdout == "one\ntwo\nthree\n"
    refused = kubectl(made, "logs web -p")
    assert (refused.rc, refused.stderr) == (
        1,
        'Error from server (BadRequest): previous terminated container "c" in pod "web" not found\n',
    )


def test_kubectl_takes_the_first_container_and_says_so() -> None:
    made = cluster()
    echo = container("a", command=["sh", "-c", "echo hello; sleep 100"])
    run(made, "web", echo, container("b"), initContainers=[container("i", command=["true"])])
    found = kubectl(made, "logs web")
    assert (found.stdout, found.stderr) == ("hello\n", 'Defaulted container "a" out of: a, b, i (init)\n')
    assert kubectl(made, "logs web --all-containers").stdout == "hello\n"
    assert kubectl(made, "logs web -c x").stderr == (
        "error: container x is not valid for pod web out of: a, b, i (init)\n"
    )
