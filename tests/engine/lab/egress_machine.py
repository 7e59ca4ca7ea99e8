"""A made-up machine for the tests of egress: files below a folder, an environment, programs that answer."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from playground.engine.lab.egress_origins import Machine


def machine(
    folder: Path, files: Mapping[str, str] | None = None, *, env: Mapping[str, str] | None = None,
    answers: Mapping[str, str] | None = None,
) -> Machine:  # fmt: skip
    """*files* by absolute path (~/ for the home), *answers* by a word of the command that is asked."""
    for path, text in (files or {}).items():
        file = folder / "home" / path[2:] if path.startswith("~/") else folder / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def ask(command: Sequence[str]) -> str:
        told = [said for word, said in (answers or {}).items() if any(word in part for part in command)]
        return told[0] if told else ""

    return Machine(root=folder, home=folder / "home", env=env or {}, ask=ask)


def servers(found: Sequence[object]) -> list[str]:
    """Origins as `scheme://host:port`."""
    return [f"{one.scheme}://{one.host}:{one.port}" for one in found]  # type: ignore[attr-defined]
