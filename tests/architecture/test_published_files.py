"""What may not stand in a file that others get: hosts of package registries, paths of the machine it was written on."""

import json
import re

from tests.architecture.sources import ROOT, name, project_files, text_of

# With brackets, so that this file does not hold what it looks for.
HOSTS = ("[p]ypi[.]org", "[p]ythonhosted[.]", "registry[.]npmjs", "[d]eb[.]debian[.]")
PATHS = (re.escape(str(ROOT)) + r"\b", "/[w]ork/main", "/[t]mp/bash_jobs")
LARGEST = 1 << 20


def test_no_file_names_a_package_registry() -> None:
    assert not found(HOSTS)


def test_no_file_names_a_path_of_this_machine() -> None:
    assert not found(PATHS)


def found(patterns: tuple[str, ...]) -> list[str]:
    """Where one of *patterns* stands."""
    wanted = re.compile("|".join(patterns))
    return [
        f"{name(path)}:{number}: {line.strip()[:120]}"
        for path in project_files()
        for number, line in enumerate((text_of(path) or "").splitlines(), 1)
        if wanted.search(line)
    ]


def test_the_lock_file_leaves_the_registry_to_npm() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    assert not [where for where, package in lock["packages"].items() if "resolved" in package]
    assert all("integrity" in package for where, package in lock["packages"].items() if where)


def test_pinned_packages_have_hashes() -> None:
    locked = [path.name for path in ROOT.glob("requirements*.txt")]
    assert len(locked) == 4
    for file in locked:
        text = (ROOT / file).read_text().replace("\\\n", " ")
        pins = [line for line in text.splitlines() if "==" in line and not line.strip().startswith("#")]
        assert pins
        assert not [line[:60] for line in pins if "--hash=sha256:" not in line]


def test_no_file_is_large() -> None:
    assert not [name(path) for path in project_files() if path.stat().st_size > LARGEST]
