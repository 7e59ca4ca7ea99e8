"""Ties: the winner is the root of Go's container/heap, for every list."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from playground.kube.scheduler.ties import Preorder, best_five


def root_of_heap(totals: list[int]) -> int:
    """What heap.Init with Less = higher total first has at index 0: a plain copy of the algorithm."""
    heap = list(enumerate(totals))
    size = len(heap)
    for start in range(size // 2 - 1, -1, -1):
        at = start
        while (child := 2 * at + 1) < size:
            if child + 1 < size and heap[child + 1][1] > heap[child][1]:
                child += 1
            if heap[child][1] <= heap[at][1]:
                break
            heap[at], heap[child] = heap[child], heap[at]
            at = child
    return heap[0][0]


@given(st.lists(st.integers(0, 4), min_size=1, max_size=200))
def test_the_winner_is_the_root_of_the_heap(totals: list[int]) -> None:
    ranks = Preorder().ranks(len(totals))
    assert best_five(np.array(totals), ranks)[0] == root_of_heap(totals)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=60))
def test_the_five_best_come_by_total_and_then_by_rank(totals: list[int]) -> None:
    ranks = Preorder().ranks(len(totals))
    by_rule = sorted(range(len(totals)), key=lambda index: (-totals[index], ranks[index]))
    assert best_five(np.array(totals), ranks) == by_rule[:5]


@given(st.integers(2, 300), st.integers(2, 300))
def test_the_order_of_two_places_does_not_depend_on_the_length(shorter: int, longer: int) -> None:
    low, high = sorted((shorter, longer))
    few, many = Preorder().ranks(low)[:low], Preorder().ranks(high)[:low]
    assert np.argsort(few).tolist() == np.argsort(many).tolist()


def test_preorder_goes_down_the_left_side_first() -> None:
    ranks = Preorder().ranks(7)[:7]
    assert np.argsort(ranks).tolist() == [0, 1, 3, 4, 2, 5, 6]
