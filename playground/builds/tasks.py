"""Celery's side: thin tasks that take ids and call the one function that does the work. Safe to run twice."""

from celery import shared_task

from playground.builds import acting, engines, runner, sweeping
from playground.builds.pulses import pulse
from playground.engine.errors import EngineDown


@shared_task
def run_build(build_id: str) -> None:
    """Drive one build to its end."""
    try:
        engine = engines.get_engine()
    except EngineDown as error:
        pulse("engine", ok=False, note=error.message)
        return
    runner.run_build(build_id, engine)


@shared_task
def act_on_container(container_id: str) -> None:
    """Bring the engine to where the container's row says."""
    try:
        acting.act_on_container(container_id, engines.get_engine())
    except EngineDown as error:
        pulse("engine", ok=False, note=error.message)


@shared_task
def act_on_image(image_id: str) -> None:
    """Tag or remove the engine's image as the row says."""
    try:
        acting.act_on_image(image_id, engines.get_engine())
    except EngineDown as error:
        pulse("engine", ok=False, note=error.message)


@shared_task
def sweep() -> None:
    """Make good what a crash left undone."""
    sweeping.sweep()


@shared_task
def sweep_engine() -> None:
    """Look at the engine and remove what no row wants."""
    try:
        sweeping.sweep_engine(engines.get_engine())
    except EngineDown as error:
        pulse("engine", ok=False, note=error.message)


@shared_task
def tidy() -> None:
    """Forget for good what was deleted."""
    sweeping.tidy()


@shared_task
def pulse_builds() -> None:
    """A sign of life of the workers that build."""
    pulse("builder")
