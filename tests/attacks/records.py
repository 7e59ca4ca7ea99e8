"""What the tests found, a row for each attack and place, kept as JSON beside them; scripts/security_table.py reads it.

A run writes over the rows it has tried and leaves the others as they were.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "recorded"
NOT_RUN = "not run: nothing would stop it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One attack at one place. *ping* is the p95 of /_ping in ms, *factor* the other learner's build ÷ its usual time
    (median, and the worst of all); None where the engine was never asked.
    """

    attack: str
    place: str
    happened: str
    limit: str = ""
    read: str = ""
    ping: float | None = None
    factor: float | None = None
    worst: float | None = None


class Records:
    """The rows of one kind of engine ("lab" or "shared"); with *path* None nothing is written."""

    def __init__(self, path: Path | None, *, about: dict[str, str]) -> None:
        self.path = path
        self.about = about
        self.rows: list[Row] = []

    def add(self, row: Row) -> None:
        """Keep a row, and write it at once: a run that is broken off loses nothing."""
        self.rows = [one for one in self.rows if (one.attack, one.place) != (row.attack, row.place)] + [row]
        self.write()

    def write(self) -> None:
        """Put our rows in the place of those the file had."""
        if self.path is None:
            return
        ours = {f"{row.attack} {row.place}": asdict(row) for row in self.rows}
        before = json.loads(self.path.read_text())["rows"] if self.path.exists() else {}
        text = json.dumps({"engine": self.about, "rows": {**before, **ours}}, indent=1, sort_keys=True)
        self.path.parent.mkdir(exist_ok=True)
        self.path.write_text(text + "\n")
