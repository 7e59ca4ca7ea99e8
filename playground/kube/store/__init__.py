"""etcd's part: revisions, compare-and-swap, a log to list and watch from, compaction. It knows no kind's rules."""

from playground.kube.store.change import By, Change, undo
from playground.kube.store.errors import Compacted, Conflict, Exists, Missing
from playground.kube.store.store import Store

__all__ = ["By", "Change", "Compacted", "Conflict", "Exists", "Missing", "Store", "undo"]
