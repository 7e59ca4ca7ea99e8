"""What docker-compose.yml asks of a process: a fresh pulse, or an answer."""

from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from playground.config import healthy


@pytest.mark.parametrize(("status", "alive"), [(200, True), (503, True), (500, False)])
def test_the_web_process_is_alive_when_it_answers(monkeypatch: pytest.MonkeyPatch, status: int, alive: bool) -> None:
    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, *words: object) -> None:
            del words

    with HTTPServer(("127.0.0.1", 0), Site) as server:
        monkeypatch.setattr(healthy, "SITE", f"http://127.0.0.1:{server.server_port}/health.json")
        Thread(target=server.handle_request, daemon=True).start()
        assert healthy.web() is alive


def test_nobody_there_is_not_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(healthy, "SITE", "http://127.0.0.1:9/health.json")
    assert healthy.main("web") == 1
