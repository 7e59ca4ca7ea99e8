"""The canary: provokes every rule of `health` on the engine in use and says what happened. For `manage.py canary`.

Attacks are bounded (`canary_scripts`), so a machine without limits is not hurt; all of them take some seconds. An
engine that goes away in the middle raises `EngineDown`; what was found before stands.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from playground.engine import canary_learners, canary_limits, canary_networks, canary_power
from playground.engine.canary_bench import IMAGE, Bench, CannotTry
from playground.engine.errors import EngineDown, EngineError, NotFound
from playground.engine.health import Result
from playground.engine.port import Engine

Trial = Callable[[Bench], Iterator[Result]]

# In this order: what the engine fetches tells later trials what silence means, a step's disk whether there is room.
TRIALS: Mapping[Sequence[str], Trial] = {
    **canary_networks.TRIALS,
    **canary_learners.TRIALS,
    **canary_power.TRIALS,
    **canary_limits.TRIALS,
}


def ready(engine: Engine) -> bool:
    """Whether the engine has the image that the trials stand on. Raises `EngineDown`."""
    try:
        engine.inspect_image(IMAGE)
    except NotFound:
        return False
    return True


def results(bench: Bench, *, keys: Sequence[str] = ()) -> Iterator[Result]:
    """Make every trial, or only those that tell about *keys*; each result as soon as it is known."""
    bench.clear()
    try:
        for about, trial in TRIALS.items():
            if not keys or set(keys) & set(about):
                yield from _tried(bench, about, trial)
    finally:
        bench.clear()


def _tried(bench: Bench, about: Sequence[str], trial: Trial) -> Iterator[Result]:
    """One trial; where it cannot be made, each of its lines says why."""
    left = list(about)
    try:
        for result in trial(bench):
            left.remove(result.key)
            yield result
    except CannotTry as cannot:
        sentence = str(cannot)
    except EngineDown:
        raise
    except EngineError as error:
        sentence = f"The trial could not be made; the engine said: {error.message[-200:]}"
    else:
        return
    for key in left:
        yield Result(key=key, state="not tried yet", sentence=sentence)
