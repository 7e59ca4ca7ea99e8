"""Writes the simulator's table of time zones from the pinned tzdata package (IANA time zone database, public domain).

    PYTHONPATH=. python scripts/kube_time_zones.py

A line is: names and links of one zone; what it was at the end of 2019; its changes since then that its rule does not
give; the rule for all other times, a POSIX TZ string. The format of the compiled files is RFC 9636.
"""

import struct
from importlib import resources
from pathlib import Path

from playground.kube.controllers.cronjob.zones import rule_of

OUT = Path(__file__).parent.parent / "playground/kube/controllers/cronjob/time_zones.txt"
NAMES = Path(__file__).parent.parent / "playground/kube/apiserver/validation/time_zones.txt"
FIRST = 1577836800  # 2020-01-01
HEAD = """# Rules of the IANA time zone database {version} (public domain), made by scripts/kube_time_zones.py.
# Names | seconds east of Greenwich at the end of 2019 | later changes, time:seconds | rule after the last of them
"""


def read(data: bytes) -> tuple[int, list[tuple[int, int]], str]:
    """Return what a compiled file says: the offset before 2020, the changes since then, the rule in its footer."""
    start = _length(data, wide=4)  # the second block has times of 64 bits
    block = data[start:]
    *_, times, types, _ = struct.unpack(">6l", block[20:44])
    moments = struct.unpack(f">{times}q", block[44 : 44 + 8 * times])
    at = 44 + 9 * times
    offsets = [struct.unpack(">l", block[at + 6 * kind : at + 6 * kind + 4])[0] for kind in range(types)]
    kinds = block[44 + 8 * times : at]
    changes = [(moment, offsets[kind]) for moment, kind in zip(moments, kinds, strict=True)]
    before = next((offset for moment, offset in reversed(changes) if moment < FIRST), offsets[0])
    footer = block[_length(block, wide=8) :].strip(b"\n").decode("ascii")
    return before, _needed(before, [change for change in changes if change[0] >= FIRST], footer), footer


def _needed(before: int, changes: list[tuple[int, int]], footer: str) -> list[tuple[int, int]]:
    """Return the changes that are any, up to the last that the rule does not give (which may begin without one)."""
    kept: list[tuple[int, int]] = []
    for moment, offset in changes:
        if moment == changes[-1][0] or offset != (kept[-1][1] if kept else before):
            kept.append((moment, offset))
    rule = rule_of(footer)
    while kept:
        moment, offset = kept[-1]
        start, earlier = kept[-2] if len(kept) > 1 else (FIRST, before)
        days = {rule.offset(time) for time in (*range(start, moment, 86400), moment - 1)}
        if days != {earlier} or rule.offset(moment) != offset:
            break
        kept.pop()
    return kept


def _length(block: bytes, wide: int) -> int:
    """Return the length of a block whose times have so many bytes, its header included."""
    counts: tuple[int, ...] = struct.unpack(">6l", block[20:44])
    utc, std, leap, times, types, letters = counts
    return 44 + times * (wide + 1) + types * 6 + letters + leap * (wide + 4) + std + utc


def table() -> str:
    """Return the table."""
    root = resources.files("tzdata").joinpath("zoneinfo")
    zones: dict[tuple[int, tuple[tuple[int, int], ...], str], list[str]] = {}
    for name in NAMES.read_text(encoding="ascii").splitlines():
        if name and not name.startswith("#"):
            before, changes, rule = read(root.joinpath(name).read_bytes())
            zones.setdefault((before, tuple(changes), rule), []).append(name)
    version = resources.files("tzdata").joinpath("__init__.py").read_text(encoding="utf-8")
    number = next(line.split('"')[1] for line in version.splitlines() if line.startswith("IANA_VERSION"))
    return HEAD.format(version=number) + "".join(
        f"{' '.join(names)}|{before}|{' '.join(f'{moment}:{offset}' for moment, offset in changes)}|{rule}\n"
        for (before, changes, rule), names in zones.items()
    )


if __name__ == "__main__":
    OUT.write_text(table(), encoding="ascii")
