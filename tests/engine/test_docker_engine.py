"""How the adapter treats an engine that misbehaves: a small HTTP server on a socket stands in for one."""

import http.server
import json
import socketserver
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from playground.engine.docker_engine import DockerEngine
from playground.engine.docker_shapes import remapped_root
from playground.engine.errors import BadTrace, Conflict, EngineDown, EngineError, NotFound
from playground.engine.port import BuildSpec, Owner

OWNER = Owner(instance="i", learner="7", job="1")
Reply = Callable[["Handler"], None]


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers /version and /info as an engine does, and everything else as the test says."""

    protocol_version = "HTTP/1.1"
    reply: Reply

    def answer(self, status: int, body: object) -> None:
        """A whole answer."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.endswith("/version"):
            self.answer(200, {"ApiVersion": "1.41", "Version": "20.10"})
        elif self.path.endswith("/info"):
            self.answer(200, {"DockerRootDir": "/var/lib/docker"})
        else:
            type(self).reply(self)

    do_POST = do_DELETE = do_GET  # noqa: N815 - the base class's names

    def address_string(self) -> str:
        return "unix"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[Reply], DockerEngine]]:
    """Starts the stand-in; answers an adapter for it."""
    stops: list[Callable[[], object]] = []

    def start(reply: Reply) -> DockerEngine:
        handler = type("Told", (Handler,), {"reply": staticmethod(reply)})
        server = socketserver.ThreadingUnixStreamServer(str(tmp_path / "e.sock"), handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        engine = DockerEngine(f"unix://{tmp_path}/e.sock", instance="i")
        stops.extend([engine.close, server.shutdown, thread.join, server.server_close])
        return engine

    yield start
    for stop in stops:
        stop()


def build(engine: DockerEngine) -> list[object]:
    """The events of some build."""
    spec = BuildSpec(build_id="b", owner=OWNER, files=(), dockerfile="FROM x\n", dockerfile_path="D", parameters={})
    return list(engine.build(spec))


@pytest.mark.parametrize(("status", "kind"), [(404, NotFound), (409, Conflict), (500, EngineError), (400, EngineError)])
def test_the_engine_s_status_becomes_our_exception_with_its_message(
    serve: Callable[[Reply], DockerEngine], status: int, kind: type[EngineError]
) -> None:
    engine = serve(lambda handler: handler.answer(status, {"message": "its own words"}))
    with pytest.raises(kind) as raised:
        engine.tag_image("a", "b:1")
    assert type(raised.value) is kind
    assert (raised.value.message, raised.value.status) == ("its own words", status)


def test_nobody_at_the_address_is_an_engine_that_is_down(tmp_path: Path) -> None:
    engine = DockerEngine(f"unix://{tmp_path}/nobody.sock", instance="i")
    with pytest.raises(EngineDown, match=r"nobody\.sock"):
        engine.ping()
    with pytest.raises(EngineDown):
        engine.info()
    with pytest.raises(EngineDown):
        build(engine)
    with pytest.raises(EngineDown):
        list(engine.follow_container("c"))


def test_parameters_that_the_engine_refuses_are_told(serve: Callable[[Reply], DockerEngine]) -> None:
    engine = serve(lambda handler: handler.answer(400, {"message": "squash is only supported with experimental mode"}))
    with pytest.raises(EngineError, match="squash"):
        build(engine)


def test_a_build_whose_connection_breaks_off_says_so(serve: Callable[[Reply], DockerEngine]) -> None:
    engine = serve(lambda handler: handler.answer(200, b'{"stream":"x"}\n'))
    with pytest.raises(EngineDown, match="in the middle of a build"):
        build(engine)


def test_an_answer_that_is_cut_off_says_so(serve: Callable[[Reply], DockerEngine]) -> None:
    def half(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(b"5\r\n{}\n")
        handler.close_connection = True

    with pytest.raises(EngineDown):
        build(serve(half))


def test_a_trace_that_cannot_be_read_is_named(serve: Callable[[Reply], DockerEngine]) -> None:
    with pytest.raises(BadTrace):
        build(serve(lambda handler: handler.answer(200, b"garbage\n")))


def test_an_import_that_fails_inside_an_answer_of_200_is_an_error(
    serve: Callable[[Reply], DockerEngine], tmp_path: Path
) -> None:
    engine = serve(lambda handler: handler.answer(200, b'{"status":"x"}\r\n{"error":"no space left"}\r\n'))
    archive = tmp_path / "a.tar"
    archive.write_bytes(b"x")
    with pytest.raises(EngineError, match="no space left"):
        engine.import_image(archive, reference="a:1", changes=[])
    with pytest.raises(FileNotFoundError):
        engine.import_image(tmp_path / "none.tar", reference="a:1", changes=[])


@pytest.mark.parametrize(
    ("options", "root", "owner"),
    [
        ([], "/var/lib/docker", 0),
        (["name=seccomp,profile=default", "name=userns"], "/var/lib/docker/100000.100000", 100000),
        (["name=seccomp"], "/srv/100000.100000", 0),
        (["name=userns"], "/var/lib/docker", 0),
    ],
)
def test_who_root_of_a_container_is_outside(options: list[str], root: str, owner: int) -> None:
    assert remapped_root({"SecurityOptions": options, "DockerRootDir": root}) == owner
