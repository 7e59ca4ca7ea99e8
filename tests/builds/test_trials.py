"""The canary's process and what it writes, how /health.json tells it, and a site that requires limits to hold."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from playground.accounts.models import Learner
from playground.builds import hardening, runner, sweeping, trials
from playground.builds.acting import act_on_container
from playground.builds.canary import AGAIN, DAY, Canary, refusal
from playground.builds.models import Pulse
from playground.builds.services import builds, containers
from playground.builds.states import BuildState, ContainerState
from playground.engine import canary, port
from playground.engine.canary_bench import Bench
from playground.engine.errors import EngineDown
from playground.engine.fake import INFO, FakeEngine
from playground.engine.fake_canary import FakeKernel
from playground.engine.health import RULES, Result, State
from tests.builds.support import HELLO, Sent, base_ready, force, fresh, image_of, project_of, queued, refuses, run
from tests.support.cast import client_of

pytestmark = pytest.mark.django_db(databases=["default", "events"], transaction=True)

KEYS = [rule.key for rule in RULES]


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.time = timezone.now().timestamp()

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """What was tried, by keys; every trial is over at once and finds what `found` says."""
    asked: list[tuple[str, ...]] = []

    def results(bench: Bench, *, keys: tuple[str, ...] = ()) -> list[Result]:
        asked.append(tuple(keys))
        return [Result(key=key, state="enforced", sentence="It held.") for key in keys or KEYS]

    monkeypatch.setattr(canary, "results", results)
    return asked


def bird(engine: port.Engine, clock: Callable[[], float]) -> Canary:
    return Canary(lambda: engine, now=clock)


def record(engine: FakeEngine, *, state: State = "enforced", but: dict[str, State] | None = None) -> None:
    """The canary has been here, and the sweep has seen the engine."""
    sweeping.look_at_engine(engine)
    now = timezone.now().timestamp()
    results: dict[str, tuple[State, str]] = {key: ((but or {}).get(key, state), "So it was.") for key in KEYS}
    told = trials.Record(
        engine=trials.identity(engine.info()), limits=trials.limits_mark(), began=now - 20, ended=now, results=results
    )
    Pulse.objects.update_or_create(part=trials.PART, defaults={"at": timezone.now(), "info": told.as_info()})


def health() -> dict[str, Any]:
    report: dict[str, Any] = json.loads(client_of(None).get("/health.json").content)
    return report


# --- when it tries ----------------------------------------------------------------------------------------------------


def test_it_tries_everything_on_the_scripted_engine_and_health_says_so(engine: FakeEngine, clock: Clock) -> None:
    base_ready()
    engine.kernel = FakeKernel(frozenset({"run.memory"}))
    sweeping.look_at_engine(engine)
    bird(engine, clock).look()
    report = health()
    states = {line["key"]: line["state"] for line in report["limits"]}
    assert states == {**dict.fromkeys(KEYS, "enforced"), "run.memory": "not enforced"}
    assert report["trial"]["state"] == "done"
    assert report["trial"]["missing"] == ["run.memory"]
    assert report["trial"]["enforced"] == len(KEYS) - 1


def test_it_tries_once_and_not_again_until_a_day_has_gone_by(
    engine: FakeEngine, clock: Clock, tried: list[tuple[str, ...]]
) -> None:
    one = bird(engine, clock)
    one.look()
    clock.time += DAY - 1
    one.look()
    assert tried == [()]
    clock.time += 2
    one.look()
    assert tried == [(), ()]


def test_another_start_of_the_engine_and_other_limits_are_tried_at_once(
    engine: FakeEngine, clock: Clock, tried: list[tuple[str, ...]], set_limits: Callable[[str], None]
) -> None:
    one = bird(engine, clock)
    one.look()
    engine.who = replace(INFO, started="again")
    one.look()
    set_limits("build.memory=67108864")
    one.look()
    one.look()
    assert tried == [(), (), ()]


def test_each_process_tries_but_one_that_dies_again_and_again_does_not(
    engine: FakeEngine, clock: Clock, tried: list[tuple[str, ...]]
) -> None:
    for _ in range(3):
        bird(engine, clock).look()
        clock.time += 5
    assert tried == [()]
    clock.time += AGAIN
    bird(engine, clock).look()
    assert tried == [(), ()]


def test_what_could_not_be_told_is_tried_again_ever_less_often(
    engine: FakeEngine, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, ...]] = []

    def results(bench: Bench, *, keys: tuple[str, ...] = ()) -> list[Result]:
        asked.append(tuple(keys))
        return [
            Result(key=key, state="not tried yet" if key == "run.cpus" else "enforced", sentence="Busy.")
            for key in keys or KEYS
        ]

    monkeypatch.setattr(canary, "results", results)
    one = bird(engine, clock)
    for _ in range(300):
        one.look()
        clock.time += 1
    assert asked == [(), ("run.cpus",), ("run.cpus",)]
    assert len(trials.recorded().results) == len(KEYS)


def test_a_daily_trial_waits_while_learners_build_but_not_for_ever(
    engine: FakeEngine, clock: Clock, tried: list[tuple[str, ...]], ada: Learner, sent: Sent
) -> None:
    one = bird(engine, clock)
    one.look()
    force(queued(ada), state=BuildState.RUNNING.value)
    clock.time += DAY + 1
    one.look()
    assert tried == [()]
    clock.time += 601
    one.look()
    assert tried == [(), ()]


def test_without_an_engine_or_its_image_it_waits(
    engine: FakeEngine, clock: Clock, tried: list[tuple[str, ...]]
) -> None:
    one = bird(engine, clock)
    engine.down = True
    one.look()
    engine.down = False
    engine.remove_image("busybox:latest")
    one.look()
    assert tried == []
    assert health()["trial"]["state"] == "waiting"


def test_an_engine_that_goes_away_in_the_middle_leaves_what_was_found(
    engine: FakeEngine, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def results(bench: Bench, *, keys: tuple[str, ...] = ()) -> Any:
        yield Result(key="run.memory", state="enforced", sentence="It held.")
        raise EngineDown("It is gone.")

    monkeypatch.setattr(canary, "results", results)
    sweeping.look_at_engine(engine)
    bird(engine, clock).look()
    report = health()
    assert report["trial"]["state"] == "trying"
    states = {line["key"]: line["state"] for line in report["limits"]}
    assert states["run.memory"] == "enforced"
    assert set(states.values()) == {"enforced", "not tried yet"}


# --- what is told -----------------------------------------------------------------------------------------------------


def test_before_any_trial_every_line_says_that_it_was_not_tried() -> None:
    report = health()
    assert {line["state"] for line in report["limits"]} == {"not tried yet"}
    assert all("as soon as an engine answers" in line["sentence"] for line in report["limits"])


def test_results_of_another_engine_or_of_other_limits_are_not_shown(
    engine: FakeEngine, set_limits: Callable[[str], None]
) -> None:
    record(engine)
    assert health()["trial"]["state"] == "done"
    engine.who = replace(INFO, id="another")
    sweeping.look_at_engine(engine)
    assert health()["trial"]["state"] == "waiting"
    record(engine)
    set_limits("run.memory=67108864")
    assert {line["state"] for line in health()["limits"]} == {"not tried yet"}


def test_results_stay_while_no_engine_answers_and_go_when_nobody_has_looked_for_days(engine: FakeEngine) -> None:
    record(engine)
    engine.down = True
    sweeping.look_at_engine(engine)
    assert health()["trial"]["state"] == "done"
    told = trials.recorded()
    old = replace(told, began=told.began - timedelta(days=2).total_seconds())
    Pulse.objects.filter(part=trials.PART).update(info=old.as_info())
    assert health()["trial"]["state"] == "waiting"


def test_switched_off_it_says_so(engine: FakeEngine, settings: Settings) -> None:
    record(engine)
    settings.DRYDOCK_CANARY = False
    report = health()
    assert report["trial"]["state"] == "off"
    assert all("DRYDOCK_CANARY=0" in line["sentence"] for line in report["limits"])


def test_our_check_refuses_images_of_others_and_addresses_and_passes_what_is_right() -> None:
    base_ready()
    assert refusal("FROM drydock-i/canary-a/secret:1\n")
    assert refusal("FROM scratch\nCOPY --from=drydock-i/canary-a/secret:1 /s /\n")
    assert refusal("FROM busybox:latest\nRUN --mount=type=bind,from=drydock-i/canary-a/secret:1,target=/c true\n")
    assert refusal("FROM scratch\nADD http://127.0.0.1/ /\n")
    assert refusal("FROM busybox:latest\nRUN true\n") == ""


# --- a site that requires it ------------------------------------------------------------------------------------------


@pytest.fixture
def strict(settings: Settings) -> None:
    settings.DRYDOCK_REQUIRE_HARDENED = True
    base_ready()


def ask(learner: Learner) -> object:
    project = project_of(learner, {"Dockerfile": HELLO})
    return builds.request_build(
        learner=learner, project=project, reference="a:1", dockerfile="Dockerfile", target="", no_cache=False
    )


def test_before_the_trial_builds_and_starts_are_refused_and_files_are_saved(
    strict: None, ada: Learner, sent: Sent
) -> None:
    image = image_of(ada)
    with refuses("not-hardened", 503) as caught:
        ask(ada)
    assert "are being tried" in caught.value.message
    assert caught.value.retry_after > 0
    with refuses("not-hardened", 503):
        run(ada, image)
    assert project_of(ada, {"notes.txt": "saved"}).files.count() == 1
    assert next(part for part in health()["parts"] if part["key"] == "hardened")["state"] == "starting"


def test_when_every_essential_limit_holds_nothing_is_refused(
    strict: None, ada: Learner, sent: Sent, engine: FakeEngine
) -> None:
    record(engine, but={"build.cpus": "not enforced"})
    assert hardening.hindrance() is None
    ask(ada)
    assert [part["key"] for part in health()["parts"] if part["key"] == "hardened"] == []


def test_with_one_essential_limit_missing_the_refusal_names_it(
    strict: None, ada: Learner, sent: Sent, engine: FakeEngine
) -> None:
    record(engine, but={"build.disk": "cannot be had here"})
    with refuses("not-hardened", 503) as caught:
        ask(ada)
    assert "run step of a build: disk space" in caught.value.message
    assert "Your work is saved." in caught.value.fix
    part = next(part for part in health()["parts"] if part["key"] == "hardened")
    assert part["state"] == "down"
    assert part["fix"]


def test_a_container_is_neither_started_again_nor_restarted_but_stopped_and_removed(
    strict: None, ada: Learner, sent: Sent, engine: FakeEngine
) -> None:
    record(engine)
    container = run(ada, image_of(ada))
    record(engine, but={"run.network": "not enforced"})
    force(container, state=ContainerState.EXITED.value)
    with refuses("not-hardened", 503):
        containers.act(container=container, wish=ContainerState.STARTING)
    force(container, state=ContainerState.RUNNING.value)
    with refuses("not-hardened", 503):
        containers.act(container=container, wish=ContainerState.RESTARTING)
    assert containers.act(container=container, wish=ContainerState.STOPPING)


def test_a_build_that_waits_while_the_engine_is_started_anew_goes_on_waiting_and_then_runs(
    strict: None, ada: Learner, sent: Sent, engine: FakeEngine
) -> None:
    record(engine)
    build = queued(ada)
    engine.who = replace(INFO, started="again")
    runner.run_build(build.id, engine)
    assert fresh(build).state == BuildState.QUEUED
    record(engine)
    runner.run_build(build.id, engine)
    assert fresh(build).state == BuildState.SUCCEEDED


def test_a_build_that_waits_fails_with_the_reason_when_the_new_engine_does_not_hold(
    strict: None, ada: Learner, sent: Sent, engine: FakeEngine
) -> None:
    record(engine)
    build = queued(ada)
    record(engine, but={"build.memory": "not enforced"})
    runner.run_build(build.id, engine)
    assert fresh(build).state == BuildState.FAILED
    assert (fresh(build).failure or {}).get("code") == "not-hardened"
    assert engine.running_builds == ()


def test_a_container_that_waits_is_started_only_where_the_limits_hold(
    strict: None, ada: Learner, sent: Sent, engine: FakeEngine
) -> None:
    record(engine)
    image = image_of(ada, digest=engine.inspect_image("busybox:latest").id)
    waiting, refused = (run(ada, image, "sleep 60") for _ in range(2))
    engine.who = replace(INFO, started="again")
    act_on_container(waiting.id, engine)
    assert fresh(waiting).state == ContainerState.CREATING
    record(engine, but={"run.memory": "not enforced"})
    act_on_container(refused.id, engine)
    assert fresh(refused).state == ContainerState.FAILED
    assert "every essential limit" in fresh(refused).sentence
    record(engine)
    act_on_container(waiting.id, engine)
    assert fresh(waiting).state == ContainerState.RUNNING
