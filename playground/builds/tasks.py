"""Celery's side: thin tasks that take ids and call the one function that does the work. Safe to run twice."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from celery import shared_task

from playground.builds import acting, engines, runner, sweeping
from playground.builds.pulses import pulse
from playground.engine.errors import EngineDown
from playground.engine.port import Engine

P = ParamSpec("P")


def with_engine(work: Callable[Concatenate[Engine, P], None]) -> Callable[P, None]:
    """Decorator: *work* gets the engine. With none to be had, /health/ says so and the row waits for the sweep."""

    @wraps(work)
    def task(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            work(engines.get_engine(), *args, **kwargs)
        except EngineDown as error:
            pulse("engine", ok=False, note=error.message)

    del task.__wrapped__  # Celery would ask callers for the engine, too
    return task


@shared_task
@with_engine
def run_build(engine: Engine, build_id: str) -> None:
    """Drive a build to its end: the one whose turn it is."""
    runner.run_build(build_id, engine)


@shared_task
@with_engine
def act_on_container(engine: Engine, container_id: str) -> None:
    """Bring the engine to where the container's row says."""
    acting.act_on_container(container_id, engine)


@shared_task
@with_engine
def act_on_image(engine: Engine, image_id: str) -> None:
    """Tag or remove the engine's image as the row says."""
    acting.act_on_image(image_id, engine)


@shared_task
def sweep() -> None:
    """Make good what a crash left undone."""
    sweeping.sweep()


@shared_task
@with_engine
def sweep_engine(engine: Engine) -> None:
    """Look at the engine and remove what no row wants."""
    sweeping.sweep_engine(engine)


@shared_task
@with_engine
def look_at_engine(engine: Engine) -> None:
    """See whether the engine answers."""
    sweeping.look_at_engine(engine)


@shared_task
def tidy() -> None:
    """Forget for good what was deleted."""
    sweeping.tidy()


@shared_task
def pulse_builds() -> None:
    """A sign of life of the workers that build."""
    pulse("builder")
