"""Text with tabs as columns under each other, as Go's text/tabwriter lays it out for `kubectl describe`.

A column is a run of lines that have a cell there which ends with a tab; it is as wide as its widest cell and two more.
"""

PADDING = 2


def laid_out(text: str) -> str:
    """Return a text with its tabs made spaces."""
    lines = [line.split("\t") for line in text.split("\n")]
    out: list[str] = []
    _format(lines, 0, len(lines), [], out)
    return "\n".join(out)


def _format(lines: list[list[str]], begin: int, end: int, widths: list[int], out: list[str]) -> None:
    column, at = len(widths), begin
    while at < end:
        if column >= len(lines[at]) - 1:
            at += 1
            continue
        _write(lines[begin:at], widths, out)
        begin = at
        while at < end and column < len(lines[at]) - 1:
            at += 1
        width = max(len(line[column]) for line in lines[begin:at]) + PADDING
        _format(lines, begin, at, [*widths, width], out)
        begin = at
    _write(lines[begin:end], widths, out)


def _write(lines: list[list[str]], widths: list[int], out: list[str]) -> None:
    for line in lines:
        padded = [cell.ljust(width) for cell, width in zip(line, widths, strict=False)]
        out.append("".join([*padded, *line[len(padded) :]]))
