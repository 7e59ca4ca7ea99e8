"""What containers write."""

from playground.kube.runtime.logs import KEPT
from playground.kube.runtime.protocol import Request
from tests.kube.runtime.starts import START, container, shell, texts


def test_servers_say_that_they_are_up_and_that_they_stop() -> None:
    box = container("redis")
    box.signal("SIGTERM", START + 5)
    assert texts(box, 10) == [
        "1:C * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo",
        "1:M * Ready to accept connections tcp",
        "1:signal-handler Received SIGTERM scheduling shutdown...",
    ]


def test_probes_are_not_logged_and_people_are() -> None:
    box = container("nginx")
    box.answer(Request(80, headers={"User-Agent": "kube-probe/1.36"}), START + 1)
    box.answer(Request(80, "/me", headers={"User-Agent": "curl/8"}), START + 2)
    assert texts(box)[2:] == ['10.244.0.1 - - [01/Jan/2026:00:00:02 +0000] "GET /me HTTP/1.1" 404 -']


def test_a_crash_is_told_on_standard_error_and_nothing_after_it() -> None:
    box = container("drydock/crashes")
    box.load(5.0, START + 1)
    last = list(box.lines(START, START + 100))[-1]
    assert (last.text, last.stream, last.at) == ("fatal error: exiting with code 1", "stderr", START + 20)


def test_an_endless_script_keeps_its_newest_lines_only() -> None:
    box = shell("while true; do echo x; sleep 1; done")
    assert KEPT - 5 <= len(texts(box, 1e6)) <= KEPT + 5


def test_the_time_of_a_line_is_when_it_was_written() -> None:
    box = shell("echo a; sleep 2; echo b >&2; sleep 3; echo c")
    assert [(line.at - START, line.text) for line in box.lines(START + 1, START + 4)] == [(2, "b")]
