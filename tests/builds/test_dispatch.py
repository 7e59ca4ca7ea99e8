"""Putting a row's id on a queue."""

import threading
import time
from typing import Any

import pytest
from celery import current_app
from kombu.exceptions import OperationalError

from playground.builds import dispatch, tasks


def test_a_message_names_the_task_and_carries_the_id(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, Any]] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, args, **more: told.append((name, args)))
    dispatch.deliver("run_build", "id-1")
    assert told == [("playground.builds.tasks.run_build", ["id-1"])]


@pytest.mark.parametrize("task", ["run_build", "act_on_container", "act_on_image"])
def test_whatever_is_sent_is_a_task(task: str) -> None:
    assert getattr(tasks, task).name == f"playground.builds.tasks.{task}"


@pytest.mark.parametrize("error", [OperationalError("no broker"), ConnectionRefusedError(), TimeoutError()])
def test_with_the_broker_down_the_row_waits_for_the_sweep(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def send_task(name: str, args: list[str], **more: object) -> None:
        raise error

    monkeypatch.setattr(current_app, "send_task", send_task)
    dispatch.deliver("run_build", "id-1")


def test_nobody_waits_for_a_broker_that_hangs_and_a_waiting_message_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    taken, goes_on, all_told = threading.Event(), threading.Event(), threading.Event()
    told: list[str] = []

    def send_task(name: str, args: list[str], **more: object) -> None:
        taken.set()
        goes_on.wait(10)
        told.append(args[0])
        if args[0] == "last":
            all_told.set()

    monkeypatch.setattr(current_app, "send_task", send_task)
    sender = dispatch.Sender()
    began = time.monotonic()
    sender.put(("run_build", "first"))
    assert taken.wait(10)
    for row_id in ("second", "second", "last"):
        sender.put(("run_build", row_id))
    assert time.monotonic() - began < 5
    goes_on.set()
    assert all_told.wait(10)
    assert told == ["first", "second", "last"]
