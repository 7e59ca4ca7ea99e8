"""Writes docs/security.md from what the attacks found: `python3 scripts/security_table.py`. `make security` runs both.

The tests of tests/attacks keep a row for each attack and place in tests/attacks/recorded, one file for each kind of
engine; the list of attacks is tests/attacks/catalogue.py. Nothing in the page is written by hand but the words here.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clone import ROOT

sys.path.insert(0, str(ROOT))

from tests.attacks.catalogue import CATALOGUE, PLACES

PAGE = ROOT / "docs" / "security.md"
RECORDED = ROOT / "tests" / "attacks" / "recorded"
KINDS = {
    "lab": (
        "The lab engine",
        "Our own engine, as `make run` starts it where it can (root on Linux): fit for strangers.",
    ),
    "shared": (
        "Shared engine mode",
        (
            "An engine as Docker's packages start it, without our hardening, which Drydock uses where it cannot start "
            "its own: fit for people you trust on a machine of your own. What nothing would stop was not tried."
        ),
    ),
}
HEAD = """\
# Security: what was tried, and what happened

This page is made by `make security`: every row is a test of `tests/attacks`, run on a real engine through the real
site (requests, workers, engine, WebSocket). It is never written by hand; a test compares it with what they recorded.

During each attack another learner builds without pause and the engine is asked for a sign of life twenty times a
second. *Ping* is within how many milliseconds 95 of 100 answers came. *Other's build* is the median of the other
learner's build times ÷ their usual time, measured before (and, if it seems over 2, once more after) on the same site,
and in brackets the worst single build: at most 2 for the median. Where an attack is over sooner than three builds,
three are counted, the first of which fell into it; where the engine itself copies gigabytes, 3.5 is allowed. Every
test holds as well that no process of the site died, and that a minute later nothing was left: no container, image,
volume, process of the engine, nor disk space. The build cache is emptied first, as Drydock does when the disk is
short: the engine bounds it at 4 GB, and a failed ADD or COPY leaves its layer there until then. A learner's empty
network goes with a later sweep, within three minutes.

"–" stands where the engine was never asked. For these tests builds and containers have 12 s instead of their usual
time; all other limits are those of `/limits/`. "Straight" rows leave the site's own checks out on purpose, to see what
stands behind them.
"""
COLUMNS = ("Attack", "Where", "What happened", "Limit", "What the learner read", "Ping", "Other's build")


def main() -> int:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)} is written")
    return 0


def page() -> str:
    """The whole page."""
    parts = [HEAD, "Where: " + "; ".join(f"*{place}*: {words}" for place, words in PLACES.items()) + ".\n"]
    for kind, (title, about) in KINDS.items():
        told = recorded(RECORDED / f"{kind}.json")
        engine = f"Docker {told['engine']['version']}, storage driver {told['engine']['driver']}."
        parts += [f"## {title}\n", f"{about} {engine}\n", table(told["rows"])]
    return "\n".join(parts)


def recorded(path: Path) -> Any:
    """What the tests wrote."""
    return json.loads(path.read_text(encoding="utf-8"))


def table(rows: Mapping[str, Mapping[str, Any]]) -> str:
    """Every attack of the catalogue at each of its places. Raises `KeyError` for one that was not recorded."""
    lines = [line(COLUMNS), line(["---"] * len(COLUMNS))]
    for attack in CATALOGUE:
        for number, place in enumerate(attack.places):
            row = rows[f"{attack.key} {place}"]
            title = attack.title if number == 0 else ""
            lines.append(line([title, place, row["happened"], row["limit"], quoted(row["read"]), *figures(row)]))
    return "\n".join(lines) + "\n"


def figures(row: Mapping[str, Any]) -> tuple[str, str]:
    """Ping and factor as the table has them."""
    if row["ping"] is None:
        return "–", "–"
    return f"{row['ping']:.0f} ms", f"{row['factor']:.1f} × ({row['worst']:.1f})"


def quoted(text: str) -> str:
    """A sentence in quotation marks; nothing for none."""
    return f"“{text}”" if text else "–"


def line(cells: object) -> str:
    """One line of a Markdown table: nothing in a cell is markup."""
    assert isinstance(cells, (list, tuple))  # noqa: S101 - for the type checker
    return "| " + " | ".join(plain(str(cell)) for cell in cells) + " |"


def plain(text: str) -> str:
    """Text that Markdown leaves as it is."""
    flat = " ".join(text.split())
    for sign in ("\\", "|", "<", "*", "_", "`"):
        flat = flat.replace(sign, f"\\{sign}")
    return flat


if __name__ == "__main__":
    sys.exit(main())
