"""Where things are in this clone, and the environment of what we start in it. Imported by every script here.

Standard library only: these scripts run by the system's Python before anything is installed.
"""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NODE_MODULES = ROOT / "node_modules"
REQUIREMENTS = ROOT / "requirements.txt"
REQUIREMENTS_NODE = ROOT / "requirements-node.txt"
REQUIREMENTS_POSTGRES = ROOT / "requirements-postgres.txt"
REQUIREMENTS_DEV = ROOT / "requirements-dev.txt"
MANIFEST = ROOT / "static" / "dist" / "manifest.json"
CHROMIUM = Path("/usr/bin/chromium")
ENGINE_NAMES = ("DRYDOCK_ENGINE", "DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY")
"""What would tell a process where an engine is: the web process gets none of them."""


def var(env: Mapping[str, str] = os.environ) -> Path:
    """The folder of databases, files, secret key, logs: `DRYDOCK_VAR`, or var/ in the clone."""
    return Path(env.get("DRYDOCK_VAR") or ROOT / "var").expanduser().resolve()


def port(env: Mapping[str, str] = os.environ) -> int:
    """`DRYDOCK_PORT`, or 8000. Raises `ValueError` with a sentence."""
    text = env.get("DRYDOCK_PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise ValueError(f"DRYDOCK_PORT is {text!r}; it must be a number from 1 to 65535.")
    return int(text)


def environment(env: Mapping[str, str] = os.environ, **more: str) -> dict[str, str]:
    """The environment for a child: our own tools first on PATH, output unbuffered."""
    path = f"{VENV / 'bin'}{os.pathsep}{env.get('PATH', os.defpath)}"
    base = {name: value for name, value in env.items() if name not in {"PYTHONHOME", "VIRTUAL_ENV"}}
    return {**base, "PATH": path, "PYTHONUNBUFFERED": "1", **more}


def without_engine(env: Mapping[str, str]) -> dict[str, str]:
    """The same without a word about where an engine is."""
    return {name: value for name, value in env.items() if name not in ENGINE_NAMES}


def private_folder() -> Path:
    """A new folder of our own with a short name: a Unix socket's path may have 108 bytes at most (unix(7))."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    for base in (runtime, tempfile.gettempdir(), "/tmp"):  # noqa: S108 - mkdtemp makes a folder nobody else can enter
        if base and len(base) < 60 and os.access(base, os.W_OK | os.X_OK):
            return Path(tempfile.mkdtemp(prefix="drydock-", dir=base))
    raise ValueError("No folder with a short name can be written to; set TMPDIR to one.")
