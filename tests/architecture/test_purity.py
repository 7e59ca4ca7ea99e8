"""What a process has loaded is the proof of what it can reach."""

import subprocess
import sys

import pytest

from tests.architecture.sources import ROOT

FRAMEWORKS = ("django", "channels", "celery", "kombu", "redis", "pydantic", "asgiref")


def loaded(*statements: str) -> set[str]:
    """The top-level names of all modules a fresh interpreter has after *statements*."""
    code = "; ".join((*statements, "import sys; print(' '.join({name for name in sys.modules}))"))
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "module",
    ["playground", "playground.dockerfile", "playground.engine.port", "playground.engine.sandbox",
     "playground.engine.fake", "playground.engine.daemon"],
)  # fmt: skip
def test_a_pure_module_loads_no_framework(module: str) -> None:
    names = loaded(f"import {module}")
    assert not names & {*FRAMEWORKS, "docker"}


def test_the_docker_adapter_loads_no_framework() -> None:
    assert not loaded("import playground.engine.docker_engine") & set(FRAMEWORKS)


def test_importing_playground_loads_nothing_else() -> None:
    assert {name for name in loaded("import playground") if name.startswith("playground")} == {"playground"}


def test_the_web_process_never_loads_the_docker_adapter() -> None:
    names = loaded("import playground.config.asgi", "import playground.config.urls")
    assert "playground.config.urls" in names
    assert not names & {"docker", "playground.engine.docker_engine", "playground.builds.engines"}
