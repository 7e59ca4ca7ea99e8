"""The usual normalisation: the highest raw score becomes 100 (plugins/helper/normalize_score.go)."""

from __future__ import annotations

import numpy as np

from playground.kube.scheduler.framework import MAX_NODE_SCORE
from playground.kube.scheduler.table import IntArray


def to_highest(raw: IntArray, *, reverse: bool = False) -> IntArray:
    """Scale raw scores (>= 0) to 0..100 by their maximum, rounding down. `reverse`: the highest becomes 0.

    All zero stays zero, or becomes 100 everywhere when reversed.
    """
    highest = int(raw.max(initial=0))
    if highest == 0:
        return np.full(len(raw), MAX_NODE_SCORE if reverse else 0, dtype=np.int64)
    scaled: IntArray = raw * MAX_NODE_SCORE // highest
    return MAX_NODE_SCORE - scaled if reverse else scaled
