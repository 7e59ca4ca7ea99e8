"""What can be reached: services of the machine, the metadata address, the gateway, the engine's socket, the world."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.attacks.siege import Siege
from tests.attacks.test_disk_by_instructions import engines
from tests.support.stack import free_port

METADATA = "169.254.169.254"
SECRET = "what only the machine may read"
SERVER = (
    "import http.server, sys\n"
    "class Secret(http.server.BaseHTTPRequestHandler):\n"
    "    def do_GET(self):\n"
    "        self.send_response(200); self.end_headers(); self.wfile.write(sys.argv[3].encode())\n"
    "    def log_message(self, *words): print('asked', flush=True)\n"
    "server = http.server.HTTPServer((sys.argv[1], int(sys.argv[2])), Secret)\n"
    "print('ready', flush=True)\n"
    "server.serve_forever()\n"
)
INSIDE = (
    "for where in 127.0.0.1:{port} 169.254.169.254:80 1.1.1.1:53 10.0.0.1:80; do "
    "nc -w 2 ${{where%%:*}} ${{where##*:}} </dev/null >/dev/null 2>&1 && echo reached $where; done; "
    "nslookup example.com 2>/dev/null | grep -A9 Name: && echo reached names; echo tried all"
)


@contextlib.contextmanager
def service(
    siege: Siege, *, address: str = "127.0.0.1", beside_engine: bool = False
) -> Iterator[tuple[int, list[str]]]:
    """A service with a secret: its port, and how often it was asked (a line each).

    On this machine's own addresses; with *beside_engine*, or where the engine shares the machine's network, in the
    network that the engine itself lives in.
    """
    port, asked = free_port(), list[str]()
    daemon = siege.view.daemon()
    enter = ["nsenter", "-t", str(daemon), "-n"] if daemon and (beside_engine or not siege.view.hardened) else []
    command = [*enter, sys.executable, "-c", SERVER, address, str(port), SECRET]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "ready\n"
            yield port, asked
        finally:
            process.terminate()
            asked += process.stdout.read().splitlines()


@pytest.mark.attack("add-loopback", "build", limit="no address in ADD")
def test_add_of_a_loopback_address_is_refused_with_its_line(siege: Siege) -> None:
    error = siege.refused(f"ADD http://127.0.0.1:{siege.stack.port}/health.json /x")
    assert error["line"] == 2
    siege.told(error["message"], "ADD", happened="refused before it was queued")


@pytest.mark.attack("add-metadata", "build", limit="no address in ADD")
def test_add_of_the_metadata_address_is_refused_with_its_line(siege: Siege) -> None:
    error = siege.refused(f"ADD http://{METADATA}/latest/meta-data/ /x")
    siege.told(error["message"], "ADD", happened="refused before it was queued")


@pytest.mark.attack("add-loopback", "straight", limit="the engine's own network")
def test_the_engine_cannot_fetch_from_the_machine(siege: Siege) -> None:
    with siege, service(siege) as (port, asked):
        story = siege.bench.build(f"FROM busybox\nADD http://127.0.0.1:{port}/secret /x\nRUN cat /x\n", no_cache=True)
    if siege.view.hardened:
        assert not asked
        siege.record("the engine has a network of its own, where nobody listens", engines(story.failure))
    else:
        assert SECRET in story.output("RUN cat")
        siege.record("not enforced: the engine fetched it", SECRET)


@pytest.mark.attack("add-metadata", "straight", limit="the engine's own network")
def test_the_engine_cannot_fetch_from_the_metadata_address(siege: Siege) -> None:
    with siege:
        story = siege.bench.build(f"FROM busybox\nADD http://{METADATA}/latest/meta-data/ /x\n", no_cache=True)
    what = "the engine has no way there" if siege.view.hardened else "not enforced; this machine has none"
    siege.record(what, engines(story.failure))


@pytest.mark.attack("reach", "RUN", limit="a step has only its own loopback")
def test_a_step_reaches_nothing(siege: Siege) -> None:
    with siege, service(siege) as (port, asked):
        end = siege.build("RUN " + INSIDE.format(port=port))
    assert "tried all" in end["text"]
    assert "reached" not in end["text"]
    assert not asked
    siege.record("nothing answered", "")


@pytest.mark.attack("reach", "run", limit="a container has its learner's network, which leads nowhere")
def test_a_container_reaches_nothing_outside_its_network(siege: Siege) -> None:
    with siege, service(siege) as (port, asked):
        end = siege.run("", f"CMD {INSIDE.format(port=port)}", network="own")
    assert "tried all" in end["text"], end
    assert "reached" not in end["text"]
    assert not asked
    siege.record("nothing answered", "")


@pytest.mark.attack("gateway", "run", limit="the engine's network answers nobody")
def test_services_beside_the_engine_do_not_answer_at_the_gateway(siege: Siege) -> None:
    own = "ip -4 -o addr show eth0 | sed 's/.* inet //; s,/.*,,'"
    with siege, service(siege, address="0.0.0.0", beside_engine=True) as (port, asked):
        gateway = f"a=$({own}); g=${{a%.*}}.$((${{a##*.}}-1))"
        ask = f"{gateway}; nc -w 3 $g {port} -e echo GET && echo reached $g; echo tried $g"
        end = siege.run("", f"CMD {ask}", network="own")
    assert "tried 1" in end["text"], end
    if siege.view.hardened:
        assert "reached" not in end["text"]
        assert not asked
        siege.record("nothing answered", "")
    else:
        siege.record("not enforced: it answered" if "reached" in end["text"] else "nothing answered", "")


@pytest.mark.attack("socket", "RUN", limit="no socket is there")
def test_no_step_finds_the_engine_s_socket(siege: Siege) -> None:
    with siege:
        end = siege.build(f"RUN {LOOK_FOR_SOCKETS}")
    assert "found" not in end["text"], end["text"]
    siege.record("there is none", "")


@pytest.mark.attack("socket", "run", limit="no socket is there")
def test_no_container_finds_the_engine_s_socket(siege: Siege) -> None:
    with siege:
        end = siege.run("", f"CMD {LOOK_FOR_SOCKETS}", network="own")
    assert "looked" in end["text"]
    assert "found" not in end["text"], end["text"]
    siege.record("there is none", "")


LOOK_FOR_SOCKETS = (
    "find / -xdev -type s 2>/dev/null | sed s/^/found./; ls /run/docker.sock /var/run/docker.sock /run/containerd "
    "2>/dev/null | sed s/^/found./; grep -E 'docker|containerd|drydock' /proc/net/unix | sed s/^/found./; echo looked"
)


@pytest.mark.attack("socket", "build", limit="COPY sees the project only")
def test_the_engine_s_socket_cannot_be_copied_or_mounted(siege: Siege) -> None:
    copied = siege.refused(f"COPY {siege.view.path} /x")
    mounted = siege.refused("RUN --mount=type=bind,source=/var/run/docker.sock,target=/x ls /x")
    assert mounted["code"] == copied["code"] == "copy-source-missing"
    siege.told(copied["message"], "project", happened="refused before it was queued")
