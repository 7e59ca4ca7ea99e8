"""docs/kube.md is true: its Python runs, and it names every action of the script."""

import contextlib
import io
import re
from typing import Any

from playground.kube.commands.actions import ACTIONS
from playground.kube.scheduler.framework import Handle, RowFilter
from playground.kube.scheduler.table import Table
from tests.architecture.sources import ROOT

PAGE = (ROOT / "docs" / "kube.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_every_block_of_python_runs_after_the_ones_before_it_and_prints_what_the_page_says() -> None:
    names: dict[str, Any] = {}
    printed = io.StringIO()
    assert len(BLOCKS) >= 6
    with contextlib.redirect_stdout(printed):
        for number, block in enumerate(BLOCKS, 1):
            exec(compile(block, f"docs/kube.md, block {number}", "exec"), names)
    assert printed.getvalue()
    assert f"```\n{printed.getvalue()}```" in PAGE
    assert isinstance(names["NodeMaintenance"](Handle(Table(), None)), RowFilter)  # type: ignore[arg-type]


def test_the_first_block_is_ten_lines() -> None:
    assert len(BLOCKS[0].strip().splitlines()) <= 10


def test_every_action_of_the_script_is_described() -> None:
    rows = PAGE.replace("\\|", "|")
    assert not [action.usage for action in ACTIONS.values() if f"| `{action.usage}` |" not in rows]
