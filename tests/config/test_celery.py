"""Celery's wiring: bounded tasks that exist, and a broker that does not hand a running one out again."""

import pytest
from celery import current_app
from django.utils.module_loading import import_string

from playground.config import celery


@pytest.mark.parametrize(
    ("redis", "broker"),
    [
        ("", "memory://"),
        ("redis://127.0.0.1:6379/0", "redis://127.0.0.1:6379/0"),
        ("unix:///var/redis.sock", "redis+socket:///var/redis.sock"),
    ],
)
def test_the_servers_address_is_spelt_as_the_broker_wants_it(redis: str, broker: str) -> None:
    assert celery.broker(redis) == broker


def test_the_broker_waits_longer_than_any_task_takes() -> None:
    options = celery.app.conf.broker_transport_options
    assert options["visibility_timeout"] > celery.app.conf.task_time_limit > celery.app.conf.task_soft_time_limit


def test_every_task_that_is_scheduled_or_routed_exists() -> None:
    named = {entry["task"] for entry in celery.app.conf.beat_schedule.values()} | set(celery.app.conf.task_routes)
    assert named
    for name in named:
        assert import_string(name).name == name


def test_what_is_scheduled_and_not_done_in_time_is_dropped() -> None:
    for entry in celery.app.conf.beat_schedule.values():
        assert 0 < entry["options"]["expires"] <= 2 * entry["schedule"]


def test_a_worker_takes_one_task_at_a_time_and_keeps_no_results() -> None:
    conf = celery.app.conf
    assert (conf.worker_prefetch_multiplier, conf.task_ignore_result, conf.task_publish_retry) == (1, True, False)


def test_tasks_are_sent_by_the_app_made_here() -> None:
    assert current_app == celery.app
