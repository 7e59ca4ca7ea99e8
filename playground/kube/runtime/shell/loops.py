"""Which loops never end, as their text tells."""

from __future__ import annotations

from typing import Final

from playground.kube.runtime.shell.grammar import If, Loop, Many, Node, Simple

_ALWAYS: Final = frozenset({"true", ":", "sleep", "wget", "curl", "date", "[ 1 ]"})


def has_no_end(node: Loop) -> bool:
    """Tell whether nothing in a loop can end it: a condition that is always true, no break and no exit."""
    first = node.condition
    while isinstance(first, Many) and len(first.commands) == 1:
        first = first.commands[0]
    if not isinstance(first, Simple) or not first.words:
        return False
    words = ["".join(part.text for part in word) for word in first.words]
    steady = words[0] == "false" if node.negated else words[0] in _ALWAYS or " ".join(words) in _ALWAYS
    return steady and not _leaves(node.body)


def _leaves(node: Node) -> bool:
    """Tell whether break or exit stands somewhere in it."""
    if isinstance(node, Simple):
        return bool(node.words) and "".join(part.text for part in node.words[0]) in {"break", "exit", "exec"}
    if isinstance(node, Many):
        return any(_leaves(each) for each in node.commands)
    if isinstance(node, If):
        return any(_leaves(body) for _, body in node.branches)
    return _leaves(node.body)
