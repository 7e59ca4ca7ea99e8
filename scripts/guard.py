"""Ends every process group of a supervisor that died without ending them itself (kill -9). Started by `supervise`.

It reads from its standard input, which only the supervisor writes to: `+GROUP SECONDS` a group was started and may take
so long to end, `-GROUP` it has ended, `remove PATH` a folder that must not stay, `end` all is well. The end of the
input without `end` means that the supervisor is dead. Run with `python3 -I`, so it imports nothing of ours.
"""

import os
import shutil
import signal
import sys
import time


def main() -> None:
    """Listen; then clean up if there was no goodbye."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: dict[int, float] = {}
    folders: list[str] = []
    for line in sys.stdin:
        words = line.split(maxsplit=1)
        if words[0] == "end":
            return
        if words[0] == "remove":
            folders.append(words[1].strip())
        elif words[0].startswith("+"):
            groups[int(words[0][1:])] = float(words[1])
        else:
            groups.pop(int(words[0][1:]), None)
    end(groups)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def end(groups: dict[int, float]) -> None:
    """SIGTERM to all, SIGKILL to each that takes longer than it may."""
    began = time.monotonic()
    left = {group: patience for group, patience in groups.items() if tell(group, signal.SIGTERM)}
    while left:
        time.sleep(0.05)
        for group, patience in list(left.items()):
            late = time.monotonic() - began > patience
            if not tell(group, signal.SIGKILL if late else 0) or late:
                del left[group]


def tell(group: int, number: int) -> bool:
    """Send a signal; False if there is nobody left to get it."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    main()
