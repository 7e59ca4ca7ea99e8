"""Package installs on a real engine of our own: what a build may fetch, through what, and everything it may not."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from playground.engine import base_images, daemon, sandbox
from playground.engine.base_image_trust import trust_of
from playground.engine.docker_engine import DockerEngine
from playground.engine.lab import egress_setup
from playground.engine.lab.egress_setup import EgressPaths
from playground.engine.limits import LIMITS
from playground.engine.port import Owner
from playground.engine.state import EnginePaths, state_dir
from tests.contracts.workbench import Story, Workbench, texts
from tests.support.package_index import package_index
from tests.support.wait import until

pytestmark = pytest.mark.engine

PYTHON, DEBIAN = "python:3.11-slim", "debian:bookworm-slim"
FETCH = """\
import sys, urllib.request
for url in sys.argv[1:]:
    try:
        print(url, 'answered', urllib.request.urlopen(url, timeout=5).status)
    except Exception as error:
        print(url, 'failed:', error)
"""
SCRIPT = f"RUN python3 -c \"open('/fetch.py', 'w').write('''{FETCH}''')\"".replace("\n", "\\n")
WITHOUT_PROXY = "env -u http_proxy -u https_proxy -u HTTP_PROXY -u HTTPS_PROXY"


@pytest.fixture(scope="module")
def index_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A package index on this machine's loopback: a mirror of the machine's own, as its configuration names it."""
    with package_index(tmp_path_factory.mktemp("index")) as port:
        yield port


@dataclass
class Lab:
    """An engine of our own with package installs, and the log of its proxy."""

    env: dict[str, str]
    paths: EnginePaths
    engine: DockerEngine
    log: Path
    index_port: int
    instance: str = field(default_factory=lambda: f"t{uuid.uuid4().hex[:8]}")

    def build(
        self, dockerfile: str, *, image: str = "busybox:latest", learner: str = "l7", proxy: bool = True
    ) -> Story:
        """Build to the end, as a worker would, with a pass of its own."""
        base_images.ensure(self.engine, image, self.paths.images, lambda line, part: None, trust=trust_of(self.env))
        owner = Owner(instance=self.instance, learner=learner, job=uuid.uuid4().hex[:16])
        offer = egress_setup.offer(self.env, self.paths, self.paths.host)
        assert offer.address, offer.sentence
        url = egress_setup.proxy_url(EgressPaths(self.paths), offer.address, owner=owner, seconds=120)
        spec = sandbox.build_spec(
            build_id=owner.job, owner=owner, files=(), dockerfile_text=dockerfile, dockerfile_path="Dockerfile",
            tag="app:1", no_cache=True, limits=LIMITS, proxy=url if proxy else "",
        )  # fmt: skip
        return Story(list(self.engine.build(spec)))

    def fetch(self, *urls: str, before: str = "") -> str:
        """What a RUN step in a Python image reads from these addresses."""
        command = f"RUN {before} python3 /fetch.py {' '.join(urls)}"
        story = self.build(f"FROM {PYTHON}\n{SCRIPT}\n{command}\n", image=PYTHON)
        assert story.image_id
        return story.output("fetch.py http")


@pytest.fixture(scope="module")
def lab(index_port: int) -> Iterator[Lab]:
    """Started as `make run` starts it: the engine with a relay, the proxy as a process of its own."""
    with tempfile.TemporaryDirectory(prefix="dd-egress-", dir="/var/lib") as folder:
        state = Path(folder)
        state.chmod(0o711)  # the proxy's user passes through
        images = EnginePaths(state_dir(os.environ)).images
        images.mkdir(parents=True, exist_ok=True)
        (state / "images").symlink_to(images)
        index = f"http://127.0.0.1:{index_port}/simple"
        env = {**os.environ, "DRYDOCK_STATE": folder, "DRYDOCK_EGRESS": "packages", "PIP_INDEX_URL": index}
        env = {name: value for name, value in env.items() if name != "DRYDOCK_ENGINE"}
        with daemon.acquire({**env, "DRYDOCK_ENGINE": EnginePaths(state).host}, lambda line: None) as hold:
            log = state / "egress.log"
            with log.open("wb") as out:
                command = [sys.executable, "-m", "playground.engine.lab.egress"]
                proxy = subprocess.Popen(command, env=env, stdout=out, stderr=subprocess.STDOUT)
            try:
                until(lambda: "builds may fetch now" in log.read_text(), seconds=60, what="the proxy listens")
                engine = DockerEngine(hold.host, instance="tests")
                yield Lab(env, EnginePaths(state), engine, log, index_port)
                engine.close()
            finally:
                proxy.send_signal(signal.SIGTERM)
                proxy.wait(10)


def test_pip_installs_from_the_index_that_the_machine_is_configured_for(lab: Lab) -> None:
    command = "pip install --no-cache-dir greeting && python3 -c 'import greeting; print(greeting.text)'"
    story = lab.build(f"FROM {PYTHON}\nRUN {command}\n", image=PYTHON)
    assert "hello from a package" in story.output("pip install")
    assert f"allowed: learner l7, build {story_job(lab)}" in lab.log.read_text()


def story_job(lab: Lab) -> str:
    """The build that the proxy's log speaks of last."""
    return lab.log.read_text().rpartition("build ")[2].partition(":")[0]


def test_apt_installs_from_the_machines_own_mirror(lab: Lab) -> None:
    command = "apt-get update && apt-get install -y --no-install-recommends hello && hello"
    story = lab.build(f"FROM {DEBIAN}\nRUN {command}\n", image=DEBIAN)
    assert "Hello, world!" in story.output("apt-get")


def test_the_proxys_address_is_neither_in_the_image_nor_in_the_cache(lab: Lab) -> None:
    story = lab.build("FROM busybox\nRUN env\n")
    assert "http_proxy=http://l7:" in story.output("RUN env")
    detail = lab.engine.inspect_image(story.image_id)
    assert "proxy" not in repr(detail).lower()


def test_what_is_not_on_the_list_is_refused_with_a_sentence(lab: Lab) -> None:
    urls = ("http://example.com/", "https://example.com/", "http://169.254.169.254/", "http://10.209.0.1/",
            "http://localhost/", f"http://127.0.0.1:{lab.index_port + 1}/")  # fmt: skip
    output = lab.fetch(*urls)
    assert "answered" not in output
    assert output.count("403") == len(urls)
    assert output.count("on this installation's list") == len(urls)


def test_without_the_proxy_there_is_no_way_out(lab: Lab) -> None:
    urls = ("http://example.com/", "http://192.0.2.1/", "http://10.209.0.1:22/", "http://10.210.0.1/")
    output = lab.fetch(*urls, f"http://127.0.0.1:{lab.index_port}/", before=WITHOUT_PROXY)
    assert "answered" not in output
    assert output.count("failed:") == len(urls) + 1


def test_a_request_without_a_pass_is_answered_with_nothing_but_a_refusal(lab: Lab) -> None:
    bare = f"{WITHOUT_PROXY} http_proxy=http://10.209.0.1:{egress_setup.PORT}"
    assert "407" in lab.fetch(f"http://127.0.0.1:{lab.index_port}/", before=bare)


def test_steps_of_two_learners_cannot_reach_each_other(lab: Lab) -> None:
    heard: list[str] = []
    serve = "RUN (sleep 6; echo over) & echo of-l7 | timeout 6 nc -l -p 9000; true"
    first = threading.Thread(target=lambda: heard.append(lab.build(f"FROM busybox\n{serve}\n").output("nc -l")))
    first.start()
    ask = "for i in 2 3 4 5 6; do timeout 2 nc 10.209.0.$i 9000 </dev/null & done; wait; echo asked"
    second = lab.build(f"FROM busybox\nRUN {ask}\n", learner="l8").output("asked")
    first.join()
    assert "asked" in second
    assert "of-l7" not in second


def test_a_container_on_a_learners_network_reaches_neither_proxy_nor_steps(lab: Lab) -> None:
    bench = Workbench(lab.engine, Owner(instance=lab.instance, learner="l7", job="job"))
    base_images.ensure(lab.engine, "busybox:latest", lab.paths.images, lambda line, part: None, trust=trust_of(lab.env))
    lab.engine.ensure_network(sandbox.network_spec(owner=bench.owner))
    try:
        script = f"timeout 3 nc 10.209.0.1 {egress_setup.PORT} </dev/null 2>/dev/null; echo $?; env | grep -ci proxy"
        container = lab.engine.create_container(bench.container(script, networked=True))
        lab.engine.start_container(container)
        told = texts(lab.engine.follow_container(container))
    finally:
        bench.clear()
    assert told[-1] == "0"
    assert told[-2] != "0"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:{index_port}/x", "http://127.0.0.1:3128/x", "http://169.254.169.254/x", "http://10.209.0.1/x",
            "http://example.com/x", "https://example.com/x"],
)  # fmt: skip
def test_add_reaches_nothing_that_is_not_on_the_list(lab: Lab, url: str) -> None:
    story = lab.build(f"FROM busybox\nADD {url.format(index_port=lab.index_port)} /x\n")
    assert any(word in story.failure for word in ("refused", "status 4", "403", "installation's list"))


def test_a_build_without_a_proxy_has_no_network_on_the_same_engine(lab: Lab) -> None:
    story = lab.build("FROM busybox\nRUN ip -o addr | grep -cv ' lo ' ; true\n", proxy=False)
    assert story.output("ip -o addr").strip() == "0"


def test_neither_proxy_nor_relay_has_a_right_left(lab: Lab) -> None:
    found = [process for process in processes() if str(egress_setup.USER) in process.uids]
    words = {word for process in found for word in ("egress_relay.py", "lab.egress") if word in process.command}
    assert words == {"egress_relay.py", "lab.egress"}
    assert {process.capabilities for process in found} == {"0000000000000000"}


@dataclass(frozen=True)
class Seen:
    """A process as proc(5) shows it."""

    command: str
    uids: tuple[str, ...]
    capabilities: str


def processes() -> Iterator[Seen]:
    """Every process of this machine."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                status = dict(line.split(":", 1) for line in (entry / "status").read_text().splitlines() if ":" in line)
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            yield Seen(command, tuple(status["Uid"].split()), status["CapEff"].strip())


def test_the_relay_comes_back_when_it_is_killed(lab: Lab) -> None:
    def relays() -> list[int]:
        socket = str(EgressPaths(lab.paths).socket)
        return [
            int(entry.name)
            for entry in Path("/proc").iterdir()
            if entry.name.isdigit() and socket.encode() in _command_line(entry)
        ]

    (before,) = relays()
    os.kill(before, signal.SIGKILL)
    until(lambda: relays() and relays() != [before], seconds=5, what="another relay")
    until(
        lambda: f"{lab.index_port}/ answered" in lab.fetch(f"http://127.0.0.1:{lab.index_port}/"),
        seconds=20,
        what="it carries",
    )


def _command_line(entry: Path) -> bytes:
    try:
        return (entry / "cmdline").read_bytes()
    except OSError:
        return b""


def test_an_engine_that_was_started_without_it_offers_nothing(lab: Lab) -> None:
    assert not egress_setup.offer(replace_env(lab.env, "off"), lab.paths, lab.paths.host).address
    other = replace(lab.paths, state=lab.paths.state / "other")
    assert "started without" in egress_setup.offer(lab.env, other, other.host).sentence


def replace_env(env: dict[str, str], word: str) -> dict[str, str]:
    """The same environment with another DRYDOCK_EGRESS."""
    return {**env, "DRYDOCK_EGRESS": word}
