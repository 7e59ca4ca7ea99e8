"""Celery's wiring: two queues, bounded tasks, no results, nothing due later (what is due later is a column; see ADR 1).

`builds` holds tasks that take up to the build limit; `short` those of a second or two and the sweeps.
"""

import os

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "playground.config.settings")

LONGEST_TASK = 900
"""Seconds. The broker hands a task out again after its visibility time-out, so that must be longer than any task."""


def broker(redis: str) -> str:
    """Celery's spelling of the server's address: kombu says `redis+socket` where redis-py says `unix`."""
    return redis.replace("unix://", "redis+socket://", 1) if redis else "memory://"


app = Celery("drydock")
app.conf.update(
    broker_url=broker(settings.DRYDOCK_REDIS),
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={
        "visibility_timeout": 2 * LONGEST_TASK,
        "socket_timeout": 10,
        "socket_connect_timeout": 2,
        "socket_keepalive": False,
        "retry_on_timeout": True,
        "max_retries": 1,
    },
    task_ignore_result=True,
    task_default_queue="short",
    task_routes={
        "playground.builds.tasks.run_build": {"queue": "builds"},
        "playground.builds.tasks.pulse_builds": {"queue": "builds"},
    },
    task_time_limit=LONGEST_TASK,
    task_soft_time_limit=LONGEST_TASK - 30,
    task_publish_retry=False,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    beat_max_loop_interval=1,
    timezone="UTC",
    beat_schedule={
        "sweep": {"task": "playground.builds.tasks.sweep", "schedule": 2.0, "options": {"expires": 4}},
        "sweep-engine": {"task": "playground.builds.tasks.sweep_engine", "schedule": 30.0, "options": {"expires": 30}},
        "look-at-engine": {
            "task": "playground.builds.tasks.look_at_engine",
            "schedule": 3.0,
            "options": {"expires": 3},
        },
        "tidy": {"task": "playground.builds.tasks.tidy", "schedule": 600.0, "options": {"expires": 600}},
        "pulse-builds": {"task": "playground.builds.tasks.pulse_builds", "schedule": 5.0, "options": {"expires": 5}},
    },
)
app.autodiscover_tasks(["playground.builds"])
