"""Every dependency has its reason in docs/adr/0002-dependencies.md, and no reason stands there for one that is gone."""

import json
import re

from tests.architecture.sources import ROOT

ADR = ROOT / "docs" / "adr" / "0002-dependencies.md"
ROW = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)


def python_packages() -> set[str]:
    """What we ask for ourselves: the lines of the .in files."""
    lines = [
        line
        for file in ROOT.glob("requirements*.in")
        for line in file.read_text().splitlines()
        if line and not line.startswith(("#", "-"))
    ]
    return {re.split(r"[<>=~!; ]", line, maxsplit=1)[0] for line in lines}


def npm_packages() -> set[str]:
    """The same for the front end."""
    package = json.loads((ROOT / "package.json").read_text())
    return {*package.get("dependencies", {}), *package.get("devDependencies", {})}


def test_every_dependency_has_its_reason() -> None:
    assert set(ROW.findall(ADR.read_text())) == python_packages() | npm_packages()
