"""What a container's own words say about a limit it has met: the engine tells of memory, programs tell of the others.

Called by the gateway for every line, and for the sentence about a container's end. Reads nothing but the limits.
"""

import re
from collections.abc import Collection

from playground.builds.limits import limit
from playground.engine.limits import bytes_text

_SIGNS = {
    "run.processes": re.compile(
        r"can(?:'t|not) (?:fork|start new thread)|fork: retry|fork failed|unable to fork"
        r"|Resource temporarily unavailable",
        re.IGNORECASE,
    ),
    "run.disk": re.compile(r"disk quota exceeded|EDQUOT", re.IGNORECASE),
}


def of(text: str) -> set[str]:
    """The keys of the limits that a line of output speaks of."""
    return {key for key, sign in _SIGNS.items() if sign.search(text)}


def sentence(met: Collection[str]) -> str:
    """The same for a learner, with the numbers; '' for none."""
    said = []
    if "run.processes" in met:
        said.append(f"It could start no more programs: a container may have {limit('run.processes')} processes.")
    if "run.disk" in met:
        said.append(f"It could write no more: a container may have {bytes_text(limit('run.disk'))} of disk.")
    return " ".join(said)
