"""docs/kube.md and its neighbours are true: their Python runs, and every action of the script is named."""

import contextlib
import io
import re
from typing import Any

from playground.kube.commands.actions import ACTIONS
from playground.kube.scheduler.framework import Handle, RowFilter
from playground.kube.scheduler.table import Table
from tests.architecture.sources import ROOT

PAGE = (ROOT / "docs" / "kube.md").read_text(encoding="utf-8")
PYTHON = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
BLOCKS = PYTHON.findall(PAGE)


def run(page: str, least: int) -> dict[str, Any]:
    """Run a page's blocks one after the other; what they print together stands in the page. Returns their names."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    blocks = PYTHON.findall(text)
    names: dict[str, Any] = {}
    printed = io.StringIO()
    assert len(blocks) >= least
    with contextlib.redirect_stdout(printed):
        for number, block in enumerate(blocks, 1):
            exec(compile(block, f"docs/{page}, block {number}", "exec"), names)
    assert printed.getvalue()
    assert f"```\n{printed.getvalue()}```" in text
    return names


def test_every_block_of_the_page_about_a_living_cluster_runs() -> None:
    run("kube-live.md", 5)


def test_every_block_of_python_runs_after_the_ones_before_it_and_prints_what_the_page_says() -> None:
    names = run("kube.md", 6)
    assert isinstance(names["NodeMaintenance"](Handle(Table(), None)), RowFilter)  # type: ignore[arg-type]


def test_the_first_block_is_ten_lines() -> None:
    assert len(BLOCKS[0].strip().splitlines()) <= 10


def test_every_action_of_the_script_is_described() -> None:
    rows = PAGE.replace("\\|", "|")
    assert not [action.usage for action in ACTIONS.values() if f"| `{action.usage}` |" not in rows]
