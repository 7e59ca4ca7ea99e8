"""Fast columns equal the plain path: after any history, the live scheduler answers as one made anew, row by row."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.kube.objects.frozen import freeze
from playground.kube.scheduler.framework import RowFilter, RowScore
from playground.kube.scheduler.pods import Shape
from playground.kube.scheduler.trace import Decision
from tests.kube.scheduler.strategies import nodes, workloads
from tests.kube.scheduler.support import Bench, node

Object = dict[str, Any]


def told(decision: Decision) -> object:
    """Everything a decision says, but for the pod itself."""
    summary = decision.summary
    candidates = [(item.node, [pod.name for pod in item.victims]) for item in decision.candidates]
    return (summary.node, summary.message, summary.reasons, summary.top, decision.plugins, decision.details, candidates)


def rebuilt(live: Bench) -> Bench:
    """A bench made anew with the nodes and pods of a live one, in the order in which they came."""
    fresh = Bench(*[item.object for item in live.table.by_arrival()])
    fresh.table.restore(live.table.state())
    for _, pod in sorted(live.table.pods(), key=lambda item: item[1].order):
        fresh.table.add_pod(fresh.reader.read(pod.object, pod.order), pod.node)
    return fresh


def row_by_row(bench: Bench, shape: Shape) -> list[list[int]]:
    """The answers of all row plugins, each asked for one row at a time and without any column."""
    rows = [np.array([row], dtype=np.intp) for row in range(len(bench.table))]
    filters = [(plugin, plugin.filter_want(shape)) for plugin in bench.profile.filters if isinstance(plugin, RowFilter)]
    scores = [(plugin, plugin.score_want(shape)) for plugin, _ in bench.profile.scores if isinstance(plugin, RowScore)]
    return [
        *([int(plugin.filter_rows(want, row)[0]) for row in rows] for plugin, want in filters if want is not None),
        *([int(scorer.score_rows(want, row)[0]) for row in rows] for scorer, want in scores if want is not None),
    ]


def all_at_once(bench: Bench, shape: Shape) -> list[list[int]]:
    """The same from the live columns."""
    plan = bench.scheduling.plan(shape)
    columns = [step.column for step in plan.filters] + [step.column for step in plan.scores]
    return [column.read().tolist() for column in columns if column is not None]


@settings(max_examples=25)
@given(nodes(), workloads(), st.data())
def test_after_any_history_decisions_equal_those_of_a_scheduler_made_anew(
    machines: list[Object], pods: list[Object], data: st.DataObject
) -> None:
    live = Bench(*machines)
    for index, pod in enumerate(pods):
        decision = live.decide(pod)
        fresh = rebuilt(live)
        assert told(fresh.decide(pod)) == told(decision)
        shape = live.read(pod).shape
        assert all_at_once(live, shape) == row_by_row(fresh, fresh.read(pod).shape)
        if decision.node is not None:
            live.place(pod, decision.node)
        change(live, data, index)


def change(live: Bench, data: st.DataObject, index: int) -> None:
    """Let something happen to the cluster."""
    what = data.draw(st.sampled_from(["nothing", "pod leaves", "node changes", "node comes", "node goes", "pod ends"]))
    names = [item.name for item in live.table.by_arrival()]
    there = [pod for _, pod in live.table.pods()]
    if what in ("pod leaves", "pod ends") and there:
        pod = data.draw(st.sampled_from(there))
        if what == "pod leaves":
            live.table.remove_pod(pod.uid)
        else:
            ending = {**pod.object, "metadata": {**pod.object["metadata"], "deletionTimestamp": "2026-01-01T00:00:00Z"}}
            again = live.reader.read(freeze(ending), pod.order)
            again.node = pod.node
            live.table.update_pod(again)
    elif what == "node changes" and names:
        name = data.draw(st.sampled_from(names))
        labels, zone = data.draw(st.sampled_from([{}, {"disk": "ssd"}])), data.draw(st.sampled_from(["", "z1", "z2"]))
        live.table.update_node(freeze(node(name, cpu=data.draw(st.sampled_from(["1", "4"])), labels=labels, zone=zone)))
    elif what == "node comes":
        live.table.add_node(freeze(node(f"new-{index}", zone="z2")))
    elif what == "node goes" and len(names) > 1:
        gone = data.draw(st.sampled_from(names))
        for pod in there:
            if pod.node == gone:
                live.table.remove_pod(pod.uid)
        live.table.remove_node(gone)
