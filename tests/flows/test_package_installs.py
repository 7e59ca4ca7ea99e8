"""Package installs, as a learner meets them: on a site that allows them, and on one that does not."""

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from playground.engine.state import EnginePaths, state_dir
from tests.support.client import Learner, Refusal
from tests.support.package_index import package_index
from tests.support.stack import Stack
from tests.support.wait import until

PYTHON = "python:3.11-slim"
INSTALL = "pip install --no-cache-dir greeting && python3 -c 'import greeting; print(greeting.text)'"


@pytest.fixture(scope="module")
def generous(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A site with an engine of its own that allows package installs, on a machine with an index of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="dd-egress-", dir="/var/lib") as folder,
        package_index(tmp_path_factory.mktemp("index")) as port,
    ):
        state = Path(folder)
        state.chmod(0o711)
        images = EnginePaths(state_dir(os.environ)).images
        images.mkdir(parents=True, exist_ok=True)
        (state / "images").symlink_to(images)
        env = {
            "DRYDOCK_ENGINE": "",
            "DRYDOCK_STATE": folder,
            "DRYDOCK_EGRESS": "packages",
            "PIP_INDEX_URL": f"http://127.0.0.1:{port}/simple",
        }
        with Stack(tmp_path_factory.mktemp("site") / "var", env=env) as stack:
            yield stack


def built(learner: Learner, *lines: str) -> list[dict[str, Any]]:
    """Every event of a build from a Python image."""
    project = learner.new_project()["id"]
    learner.put_file(project, "Dockerfile", "\n".join((f"FROM {PYTHON}", *lines)) + "\n")
    build = learner.build(project, "app:1")
    with learner.read(build["stream"]) as reader:
        return reader.to_end(seconds=120)


def part(stack: Stack) -> dict[str, Any]:
    """What /health.json says of package installs; empty before a worker looked."""
    return next((one for one in stack.health()["parts"] if one["key"] == "packages"), {})


def wait_for_image(stack: Stack) -> Learner:
    """A learner, once the Python image is there."""
    learner = Learner(stack.url)

    def ready() -> bool:
        images = learner.call("GET", "/api/images/")["base"]
        return any(image["reference"] == PYTHON and image["state"] == "ready" for image in images)

    until(ready, seconds=600, what="the Python image is ready", every=0.2)
    return learner


def test_where_it_is_allowed_a_learner_installs_a_package(generous: Stack) -> None:
    until(lambda: part(generous).get("state") == "ok", seconds=60, what="package installs are offered", every=0.2)
    assert part(generous)["sentence"].startswith("Builds may install packages")
    with wait_for_image(generous) as learner:
        events = built(learner, f"RUN {INSTALL}")
        assert events[-1]["data"]["state"] == "succeeded", events[-1]["data"]["failure"]
        assert "Builds may install packages" in learner.get("/limits/").text
        owner = learner.state()["learner"]["id"]
    log = (generous.var / "log" / "egress.log").read_text()
    assert f"allowed: learner {owner}, build " in log
    assert "127.0.0.1" not in generous.health()["parts"].__repr__()


def test_where_it_is_allowed_another_server_is_refused_in_a_sentence(generous: Stack) -> None:
    with wait_for_image(generous) as learner:
        command = "python3 -c 'import urllib.request as u; u.urlopen(\"http://other.example/\")'"
        failure = built(learner, f"RUN {command}")[-1]["data"]["failure"]
        assert failure["code"] == "host-not-allowed"
        assert failure["what"].startswith("This step asked other.example, and builds here reach only")
        with pytest.raises(Refusal, match="ADD can only fetch"):
            built(learner, "ADD http://127.0.0.1:8000/x /x")


def test_where_it_is_off_a_build_that_tries_hears_what_works_without(
    stack: Stack, base_image: Callable[..., None]
) -> None:
    base_image(PYTHON)
    until(lambda: part(stack).get("state") == "ok", seconds=60, what="a worker looked", every=0.2)
    assert part(stack)["sentence"].startswith("Builds have no network")
    with Learner(stack.url) as learner:
        failure = built(learner, "RUN pip install --no-cache-dir --retries 0 greeting")[-1]["data"]["failure"]
        assert failure["code"] == "no-network"
        assert failure["what"] == "This step tried to reach the internet, and builds have no network here."
        assert "pip install --no-index" in failure["fix"]
        assert "the files of your project and the images " in failure["fix"]
        assert "busybox:" in failure["fix"]
