"""Containers: how they end, what they use, what they answer."""

import json

import pytest

from playground.kube.runtime.default import DefaultRuntime
from playground.kube.runtime.protocol import Request
from tests.kube.runtime.starts import START, container, ends, shell, start, texts

MI = 1 << 20


def test_a_web_server_answers_on_its_own_port_once_it_is_up() -> None:
    box = container("nginx:1.27")
    assert box.answer(Request(80), START + 0.05).status == 0
    assert box.changes_at(START) == START + 0.1
    assert box.answer(Request(80), START + 1).status == 200
    assert "Welcome to nginx!" in box.answer(Request(80), START + 1).body
    assert box.answer(Request(80, "/nothing"), START + 1).status == 404
    assert box.answer(Request(8080), START + 1).status == 0
    assert ends(box) is None


def test_an_image_that_is_not_known_serves_on_the_ports_that_the_pod_declares() -> None:
    assert container("me/app", ports=(9000,)).accepts(9000, START + 1)
    assert container("me/app").accepts(8080, START + 1)


def test_a_mounted_page_is_what_nginx_serves() -> None:
    box = container("nginx", files={"/usr/share/nginx/html/index.html": "mine"})
    assert box.answer(Request(80), START + 1).body == "mine"


def test_echo_tells_who_it_is_and_what_it_was_given() -> None:
    box = container("echo", env={"COLOUR": "blue"}, files={"/etc/config/mode": "fast"})
    told = json.loads(box.answer(Request(8080, "/x?y=1"), START + 1).body)
    assert (told["pod"], told["env"], told["files"]) == ("web-1", {"COLOUR": "blue"}, {"/etc/config/mode": "fast"})
    assert told["request"]["path"] == "/x?y=1"


@pytest.mark.parametrize(
    ("image", "command", "end"),
    [
        ("busybox", (), (0, 0, "Completed")),
        ("python:3.12", (), (0, 0, "Completed")),
        ("busybox", ("sleep", "30"), (30, 0, "Completed")),
        ("busybox", ("sh", "-c", "sleep 5; exit 3"), (5, 3, "Error")),
        ("alpine", ("bash", "-c", "true"), (0, 128, "ContainerCannotRun")),
        ("nginx", ("ngnix",), (0, 128, "ContainerCannotRun")),
        ("drydock/works", (), (30, 0, "Completed")),
        ("drydock/crashes", (), (20, 1, "Error")),
        ("hello-world", (), (0, 0, "Completed")),
        ("perl:5.34.0", ("perl", "-Mbignum=bpi", "-wle", "print bpi(2000)"), (8, 0, "Completed")),
    ],
)
def test_containers_end_as_they_would(image: str, command: tuple[str, ...], end: tuple[float, int, str]) -> None:
    assert ends(container(image, *command)) == end


def test_arguments_alone_run_in_a_shell_image_and_are_options_of_a_server() -> None:
    assert ends(container("busybox", args=("sleep", "7"))) == (7, 0, "Completed")
    assert container("hashicorp/http-echo", args=("-text=hello",)).answer(Request(5678), START + 1).body == "hello\n"


def test_why_it_cannot_be_started_is_told() -> None:
    end = container("alpine", "bash").ending()
    assert end is not None
    assert end.message == 'exec: "bash": executable file not found in $PATH'


def test_the_annotation_changes_what_an_image_does() -> None:
    box = container("nginx", annotations={"drydock.dev/behaviour": "crashes=20s start=5s"})
    assert ends(box) == (20, 1, "Error")
    assert box.answer(Request(80), START + 4).status == 0
    assert box.answer(Request(80), START + 6).status == 200


def test_a_leak_ends_at_the_memory_limit() -> None:
    box = container("drydock/leaks", memory_limit=64 * MI)
    assert ends(box) == (44, 137, "OOMKilled")
    assert box.memory(START + 10) == 30 * MI
    assert ends(container("drydock/leaks")) is None


def test_a_leak_by_request_grows_with_what_is_answered() -> None:
    words = {"drydock.dev/behaviour": "leak-per-request=100Ki memory=10Mi per-request=0 start=0s"}
    box = container("me/app", memory_limit=74 * MI, annotations=words)
    box.load(64.0, START)
    end = ends(box)
    assert end is not None
    assert end[0] == pytest.approx(10.24, rel=1e-3)
    box.load(0.0, START + 5)
    assert ends(box) is None
    assert box.memory(START + 100) == pytest.approx(10 * MI + 5 * 64 * 100 * 1024, rel=1e-3)


def test_too_many_requests_inside_are_too_much_memory() -> None:
    words = {"drydock.dev/behaviour": "cpu=100ms per-request=1Mi memory=20Mi"}
    box = container("me/app", cpu_limit=0.5, memory_limit=64 * MI, annotations=words)
    box.load(100.0, START + 10)
    assert ends(box) == (10, 137, "OOMKilled")


def test_cpu_follows_the_load_up_to_the_limit() -> None:
    box = container("nginx", cpu_limit=0.5)
    box.load(100.0, START + 1)
    assert box.cpu(START + 2) == pytest.approx(0.1)
    box.load(10_000.0, START + 3)
    assert box.cpu(START + 4) == pytest.approx(0.5)
    assert box.answer(Request(80), START + 4).status == 503
    assert container("drydock/burns").cpu(START + 1) == 1.0


def test_a_server_obeys_sigterm_and_a_shell_waits_for_sigkill() -> None:
    server, sleeper = container("nginx"), container("busybox", "sleep", "3600")
    for box in (server, sleeper):
        box.signal("SIGTERM", START + 10)
    assert ends(server) == (10.1, 0, "Completed")
    assert ends(sleeper) == (3600, 0, "Completed")
    sleeper.signal("SIGKILL", START + 40)
    assert ends(sleeper) == (40, 137, "Error")


def test_a_stubborn_server_ignores_sigterm() -> None:
    box = container("drydock/stubborn")
    box.signal("SIGTERM", START + 10)
    assert ends(box) is None


def test_an_exec_probe_sees_the_files_that_the_script_made() -> None:
    box = shell("touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600")
    assert box.execute(("cat", "/tmp/healthy"), START + 29) == 0
    assert box.execute(("cat", "/tmp/healthy"), START + 31) == 1
    assert box.changes_at(START) == START + 30


def test_a_command_from_outside_takes_its_time_and_leaves_its_files() -> None:
    box = container("nginx")
    assert box.takes(("sh", "-c", "sleep 10"), START + 1) == 10
    assert box.execute(("sh", "-c", "echo hi > /usr/share/nginx/html/index.html"), START + 1) == 0
    assert box.answer(Request(80), START + 2).body == "hi\n"
    assert box.execute(("curl", "-f", "http://localhost/"), START + 2) == 0
    assert box.execute(("curl", "-f", "http://localhost:81/"), START + 2) == 1


def test_a_store_is_asked_by_its_own_tool() -> None:
    box = container("postgres:16")
    assert box.execute(("pg_isready", "-U", "postgres"), START + 1) == 1
    assert box.execute(("pg_isready", "-U", "postgres"), START + 4) == 0


def test_probes_fail_when_they_are_made_to() -> None:
    box = container("nginx")
    box.disturb("fail-probes", START + 1)
    assert box.answer(Request(80), START + 2).status == 503
    assert box.answer(Request(80, headers={"User-Agent": "curl"}), START + 2).status == 200
    box.disturb("heal-probes", START + 3)
    assert box.answer(Request(80), START + 4).status == 200


def test_agnhost_is_sick_after_ten_seconds_as_in_the_documentation() -> None:
    box = container("registry.k8s.io/e2e-test-images/agnhost:2.40", args=("liveness",))
    assert [box.answer(Request(8080, "/healthz"), START + at).status for at in (9, 11)] == [200, 500]


def test_a_container_goes_on_from_its_state_as_it_was() -> None:
    box = container("nginx", memory_limit=64 * MI, cpu_limit=0.5)
    box.load(600.0, START + 1)
    box.answer(Request(80, headers={"User-Agent": "curl"}), START + 2)
    box.execute(("touch", "/x"), START + 2)
    box.disturb("fail-probes", START + 3)
    box.signal("SIGTERM", START + 50)
    state = json.loads(json.dumps(box.state()))
    again = DefaultRuntime().restore(start("nginx", memory_limit=64 * MI, cpu_limit=0.5), START, state)
    assert again.ending() == box.ending()
    assert again.memory(START + 20) == box.memory(START + 20)
    assert again.lines(START, START + 60) == box.lines(START, START + 60)
    assert again.state() == box.state()


def test_lines_under_load_stand_for_as_many_requests_as_there_were() -> None:
    box = container("nginx")
    box.load(100.0, START + 1)
    box.load(0.0, START + 26)
    told = [text for text in texts(box, 60) if "GET" in text]
    assert [text.rpartition("(")[2] for text in told] == [f"{count} requests like this)" for count in (1000, 1000, 500)]


def test_lines_told_in_pieces_are_the_lines_told_at_once() -> None:
    box = container("nginx")
    box.load(30.0, START + 1)
    whole = list(box.lines(START, START + 40))
    pieces = [line for at in range(40) for line in box.lines(START + at + 1e-6, START + at + 1)]
    assert pieces == [line for line in whole if line.at > START]
