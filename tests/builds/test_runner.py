"""One build, driven to its end by the scripted engine."""

import time
from typing import Any

import pytest

from playground.accounts.models import Learner
from playground.builds import runner
from playground.builds.models import Image
from playground.builds.quota import usage
from playground.builds.references import engine_reference
from playground.builds.runner import run_build
from playground.builds.services import builds, images
from playground.builds.states import BuildState
from playground.engine import port
from playground.engine.errors import EngineError, NotFound
from tests.builds.support import (
    Sent,
    SetLimits,
    WatchedEngine,
    failure,
    finished,
    force,
    fresh,
    image_of,
    on_output,
    output,
    queued,
    save,
    states,
    story,
    told,
    types,
    watched,
)

pytestmark = [
    pytest.mark.django_db(databases=["default", "events"], transaction=True),
    pytest.mark.usefixtures("looks_often"),
]
S = BuildState
SLOW = "FROM busybox\nRUN echo up; sleep 30; echo never\n"


class Clock:
    """Time as the runner sees it; it moves when a test moves it."""

    def __init__(self) -> None:
        self.now = time.monotonic()

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The runner's clock."""
    made = Clock()
    monkeypatch.setattr(runner, "time", made)
    return made


# --- success ------------------------------------------------------------------------------------------------------


def test_a_build_that_goes_well_tells_its_story_and_leaves_an_image(ada: Learner, sent: Sent) -> None:
    engine, build = (
        watched(),
        queued(ada, "FROM busybox\nCOPY a /a\nRUN cat /a\nCMD cat /a\n", contents={"a": "hello\n"}),
    )
    run_build(build.id, engine)
    row = fresh(build)
    image = Image.objects.get(pk=row.image)
    assert (row.state, row.attempt, row.steps, row.lease_until) == (S.SUCCEEDED, 1, 3, None)
    assert (image.reference, image.state, image.build_id) == ("app:1", "ready", build.id)
    assert engine.inspect_image(engine_reference(ada.id, "app:1")).id == image.digest
    assert finished(build)["image"]["id"] == image.id
    assert output(build.stream, "build.output") == ["hello"]
    assert types(build.stream)[:4] == ["build.queued", "build.position", "build.started", "build.steps"]
    assert [put["build"]["state"] for put in told(ada, "build.put")] == ["queued", "running", "succeeded"]
    assert [put["image"]["id"] for put in told(ada, "image.put")] == [image.id]


def test_layers_of_the_base_image_are_marked(ada: Learner, sent: Sent) -> None:
    build = queued(ada, 'FROM busybox\nRUN echo x > /x\nCMD ["cat", "/x"]\n')
    run_build(build.id, watched())
    layers = Image.objects.get().layers
    assert [layer["base"] for layer in layers] == [True, False, False]
    assert layers[1]["instruction"].startswith("RUN")


def test_layers_of_an_own_base_image_are_marked_through_stages(ada: Learner, sent: Sent) -> None:
    engine = watched()
    run_build(queued(ada, "FROM busybox\nRUN echo x > /x\n", "base:1").id, engine)
    run_build(queued(ada, "FROM base:1 AS a\nRUN echo y > /y\nFROM a\nRUN cat /y\n", "app:1").id, engine)
    layers = Image.objects.get(reference="app:1").layers
    assert [layer["base"] for layer in layers] == [True, True, False, False]


def test_from_scratch_has_no_base_layers(ada: Learner, sent: Sent) -> None:
    build = queued(ada, 'FROM busybox AS b\nRUN echo x > /x\nFROM scratch\nCOPY --from=b /x /x\nCMD ["/x"]\n')
    run_build(build.id, watched())
    assert [layer["base"] for layer in Image.objects.get().layers] == [False, False]


def test_an_own_image_is_built_on_under_the_learners_name(ada: Learner, sent: Sent) -> None:
    engine = watched()
    run_build(queued(ada, "FROM busybox\nRUN echo mine > /who\n", "base:1").id, engine)
    build = queued(ada, "FROM base:1\nRUN cat /who\n", "app:1")
    run_build(build.id, engine)
    assert output(build.stream, "build.output") == ["mine"]
    assert "drydock-" not in repr(story(build.stream))


def test_steps_from_the_cache_are_told_and_counted(ada: Learner, sent: Sent) -> None:
    engine, text = watched(), "FROM busybox\nRUN echo a\nRUN echo b\n"
    run_build(queued(ada, text).id, engine)
    again = queued(ada, text)
    run_build(again.id, engine)
    assert states(again, "0.2") == ["cached"]
    assert (fresh(again).steps, fresh(again).cached) == (3, 3)


def test_without_cache_every_step_runs(ada: Learner, sent: Sent) -> None:
    engine = watched()
    run_build(queued(ada).id, engine)
    again = queued(ada)
    force(again, no_cache=True)
    run_build(again.id, engine)
    assert states(again, "0.2") == ["running", "done"]


def test_the_target_is_where_a_build_ends(ada: Learner, sent: Sent) -> None:
    build = queued(ada, "FROM busybox AS first\nRUN echo one\nFROM busybox AS second\nRUN echo two\n")
    force(build, target="first")
    run_build(build.id, watched())
    assert output(build.stream, "build.output") == ["one"]


def test_what_is_built_is_the_frozen_context(ada: Learner, sent: Sent) -> None:
    build = queued(ada, "FROM busybox\nCOPY a /a\nRUN cat /a\n", contents={"a": "old\n"})
    assert build.project is not None
    save(ada, build.project, "a", "new\n", expected=1)
    save(ada, build.project, "Dockerfile", "FROM busybox\nRUN echo other\n", expected=1)
    run_build(build.id, watched())
    assert output(build.stream, "build.output") == ["old"]


# --- failure ------------------------------------------------------------------------------------------------------


def test_a_step_that_fails_is_named_with_line_code_and_last_lines(ada: Learner, sent: Sent) -> None:
    build = queued(ada, "FROM busybox\n\nRUN echo about to fail; exit 3\nRUN echo never\n")
    run_build(build.id, watched())
    why = failure(build)
    assert (why["line"], why["step"], why["exit_code"], why["tail"]) == (3, "0.2", 3, ["about to fail"])
    assert why["what"]
    assert states(build, "0.2") == ["running", "failed"]
    assert states(build, "0.3") == []
    assert not Image.objects.exists()
    assert told(ada, "build.put")[-1]["build"]["failure"] == why


def test_an_unfinished_last_line_is_not_lost_when_a_step_fails(ada: Learner, sent: Sent) -> None:
    def during(event: port.BuildEvent) -> list[port.BuildEvent] | None:
        if isinstance(event, port.StepChanged) and event.state == "running":
            return [port.StepOutput(id=event.id, stream="stderr", at=0.0, text="no line end")]
        return None

    build = queued(ada, "FROM busybox\nRUN exit 3\n")
    run_build(build.id, watched(during))
    assert "no line end" in failure(build)["tail"]


def test_a_program_that_is_not_there_is_explained(ada: Learner, sent: Sent) -> None:
    build = queued(ada, "FROM busybox\nRUN greeet Ada\n")
    run_build(build.id, watched())
    why = failure(build)
    assert (why["exit_code"], why["line"]) == (127, 2)
    assert "greeet" in why["what"]


def test_a_step_that_needs_too_much_memory_is_told_so(ada: Learner, sent: Sent) -> None:
    build = queued(ada, "FROM busybox\nRUN tail /dev/zero\n")
    run_build(build.id, watched())
    assert failure(build)["code"] == "out-of-memory"


def test_what_the_engine_refuses_is_a_failure_with_its_reason(ada: Learner, sent: Sent) -> None:
    def refuse(name: str) -> None:
        if name == "build":
            raise EngineError("the daemon dislikes drydock-i/l/app:1", status=500)

    engine, build = watched(), queued(ada)
    engine.before = refuse
    run_build(build.id, engine)
    assert "the daemon dislikes app:1" in failure(build)["what"]


def test_a_limit_that_shrank_meanwhile_is_a_failure_with_a_sentence(
    ada: Learner, sent: Sent, set_limits: SetLimits
) -> None:
    build = queued(ada)
    set_limits("dockerfile.bytes=10")
    run_build(build.id, watched())
    assert "10 bytes" in failure(build)["what"]


def test_an_image_over_the_limit_is_removed_and_both_sizes_are_named(
    ada: Learner, sent: Sent, set_limits: SetLimits
) -> None:
    set_limits("image.bytes=1024")
    engine, build = watched(), queued(ada, "FROM busybox\nCOPY big /big\n", contents={"big": "x" * 4096})
    run_build(build.id, engine)
    why = failure(build)
    assert why["code"] == "image-too-large"
    assert "4 KiB" in why["what"]
    assert "1 KiB" in why["what"]
    assert not Image.objects.exists()
    with pytest.raises(NotFound):
        engine.inspect_image(engine_reference(ada.id, "app:1"))


def test_an_image_with_a_variable_that_a_later_build_could_multiply_is_removed(ada: Learner, sent: Sent) -> None:
    engine, build = watched(), queued(ada, f"FROM busybox\nENV LONG={'x' * 5000}\n")
    run_build(build.id, engine)
    assert (
        "The variable LONG of the image has 5,000 characters; it may have 4,096. It was removed."
        in failure(build)["what"]
    )
    assert not Image.objects.exists()


def test_an_image_that_is_too_much_with_the_others_is_removed_and_both_numbers_are_named(
    ada: Learner, sent: Sent, set_limits: SetLimits
) -> None:
    engine = watched()
    run_build(queued(ada, "FROM busybox\nCOPY a /a\n", "one:1", contents={"a": "x" * 3072}).id, engine)
    set_limits("learner.image_bytes=4096")
    build = queued(ada, "FROM busybox\nCOPY b /b\n", "two:1", contents={"b": "y" * 2048})
    run_build(build.id, engine)
    why = failure(build)
    assert why["code"] == "images-too-large"
    assert "would have 5 KiB beyond their base images; 4 KiB are allowed. It was removed." in why["what"]
    assert [image.reference for image in Image.objects.all()] == ["one:1"]


def test_a_layer_that_an_own_image_stands_on_counts_once_and_the_sites_base_never(ada: Learner, sent: Sent) -> None:
    engine = watched()
    run_build(queued(ada, "FROM busybox\nCOPY a /a\n", "base:1", contents={"a": "x" * 100}).id, engine)
    run_build(queued(ada, "FROM base:1\nCOPY b /b\n", "app:1", contents={"b": "y" * 10}).id, engine)
    base, app = Image.objects.get(reference="base:1"), Image.objects.get(reference="app:1")
    assert (base.foundation, app.foundation) == (1, 1)
    assert ([size for _, size in base.own], [size for _, size in app.own]) == ([100], [100, 10])
    assert base.own[0] == app.own[0]
    assert usage(ada)["image_bytes"] == 110


def test_an_image_over_the_limit_leaves_its_name_to_the_one_that_had_it(
    ada: Learner, sent: Sent, set_limits: SetLimits
) -> None:
    engine = watched()
    run_build(queued(ada).id, engine)
    before = Image.objects.get()
    set_limits("image.bytes=1024")
    run_build(queued(ada, "FROM busybox\nCOPY big /big\n", contents={"big": "x" * 4096}).id, engine)
    assert Image.objects.get().digest == before.digest
    assert engine.inspect_image(engine_reference(ada.id, "app:1")).id == before.digest


@pytest.mark.parametrize(
    "name",
    [
        "[internal] load metadata for docker.io/library/evil:1",
        "[1/2] FROM docker.io/evil/image@sha256:00",
        "resolve image config for docker.io/docker/dockerfile:1",
    ],
)
def test_an_image_in_the_trace_that_nobody_may_use_stops_the_build(name: str, ada: Learner, sent: Sent) -> None:
    shown: list[str] = []

    def during(event: port.BuildEvent) -> list[port.BuildEvent] | None:
        if shown:
            return None
        shown.append(name)
        return [port.StepSeen(id="stranger", name=name)]

    engine, build = watched(during), queued(ada, SLOW)
    run_build(build.id, engine)
    why = failure(build)
    assert why["code"] == "image-not-available"
    assert "evil" in why["what"] or "docker/dockerfile" in why["what"]
    assert "cancel_build" in engine.calls
    assert not Image.objects.exists()


def test_an_image_of_another_learner_in_the_trace_stops_the_build(ada: Learner, bob: Learner, sent: Sent) -> None:
    image_of(bob, "theirs:1")
    stranger = port.StepSeen(id="s", name=f"[1/2] FROM docker.io/{engine_reference(bob.id, 'theirs:1')}")
    build = queued(ada, SLOW)
    run_build(build.id, watched(lambda event: [stranger] if isinstance(event, port.StepOutput) else None))
    assert failure(build)["code"] == "image-not-available"


# --- cancelling and limits ----------------------------------------------------------------------------------------


def test_cancel_stops_the_running_step(ada: Learner, sent: Sent) -> None:
    build = queued(ada, SLOW)
    engine = watched(on_output("up", lambda: builds.cancel_build(build=fresh(build))))
    run_build(build.id, engine)
    last = finished(build)
    assert (last["state"], last["failure"], last["image"]) == ("cancelled", None, None)
    assert states(build, "0.2") == ["running", "cancelled"]
    assert types(build.stream).count("build.cancelling") == 1
    assert output(build.stream, "build.output") == ["up"]
    assert engine.running_builds == ()


def test_a_cancel_that_came_too_late_leaves_the_image(ada: Learner, sent: Sent) -> None:
    build = queued(ada)

    def during(event: port.BuildEvent) -> None:
        if isinstance(event, port.ImageBuilt):
            builds.cancel_build(build=fresh(build))

    run_build(build.id, watched(during))
    assert finished(build)["state"] == "succeeded"
    assert Image.objects.count() == 1


def test_a_cancel_between_the_last_look_and_the_end_is_kept(
    ada: Learner, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = queued(ada, "FROM busybox\nRUN exit 3\n")
    drive = runner._drive

    def cancelled_now(*args: Any) -> Any:
        outcome = drive(*args)
        builds.cancel_build(build=fresh(build))
        return outcome

    monkeypatch.setattr(runner, "_drive", cancelled_now)
    run_build(build.id, watched())
    assert finished(build)["state"] in {"failed", "cancelled"}
    assert fresh(build).state in {S.FAILED, S.CANCELLED}


def test_a_build_over_its_time_is_stopped_and_says_so(ada: Learner, sent: Sent, clock: Clock) -> None:
    build = queued(ada, SLOW)
    run_build(build.id, watched(on_output("up", lambda: setattr(clock, "now", clock.now + 121))))
    why = failure(build)
    assert "120 s" in why["what"] or "2 min" in why["what"]
    (stopping,) = [data for kind, data in story(build.stream) if kind == "build.cancelling"]
    assert stopping["by"] == "limit"
    assert "120 s" in stopping["sentence"]
    assert states(build, "0.2")[-1] == "cancelled"


def test_an_engine_that_does_not_stop_is_left(ada: Learner, sent: Sent, clock: Clock) -> None:
    class Deaf(WatchedEngine):
        ticks = 0

        def cancel_build(self, build_id: str) -> None:
            self.calls.append("cancel_build")

        def build(self, spec: port.BuildSpec) -> Any:
            yield port.StepSeen(id="v", name="[2/2] RUN echo up; sleep 30; echo never")
            yield port.StepChanged(id="v", state="running", started=clock.now)
            builds.cancel_build(build=fresh(build))
            while True:
                self.ticks += 1
                clock.now += 1
                yield port.Tick()

    build, engine = queued(ada, SLOW), Deaf()
    engine.calls = []
    run_build(build.id, engine)
    assert finished(build)["state"] == "cancelled"
    assert 5 <= engine.ticks <= 10
    assert engine.calls.count("cancel_build") == 1


def test_output_over_the_limit_is_cut_and_the_build_goes_on(ada: Learner, sent: Sent, set_limits: SetLimits) -> None:
    set_limits("build.output=100")
    build = queued(ada, "FROM busybox\nRUN seq 100\nRUN echo after\n")
    run_build(build.id, watched())
    cuts = [data for kind, data in story(build.stream) if kind == "build.cut"]
    assert [(cut["id"], cut["limit"]) for cut in cuts] == [("0.2", 100), ("0.3", 100)]
    lines = output(build.stream, "build.output")
    assert lines == [str(n + 1) for n in range(len(lines))]
    assert sum(len(line) + 1 for line in lines) <= 100
    assert finished(build)["state"] == "succeeded"


# --- names that move ----------------------------------------------------------------------------------------------


def test_a_name_that_moves_to_a_new_image_lets_the_old_one_go(ada: Learner, sent: Sent) -> None:
    engine = watched()
    run_build(queued(ada, "FROM busybox\nRUN echo one > /x\n").id, engine)
    old = Image.objects.get().digest
    run_build(queued(ada, "FROM busybox\nRUN echo two > /x\n").id, engine)
    assert Image.objects.get().digest != old
    with pytest.raises(NotFound):
        engine.inspect_image(old)


def test_an_old_image_that_has_another_name_stays(ada: Learner, sent: Sent) -> None:
    engine = watched()
    run_build(queued(ada, "FROM busybox\nRUN echo one > /x\n").id, engine)
    image = Image.objects.get()
    images.tag_image(learner=ada, image=image, reference="kept:1")
    run_build(queued(ada, "FROM busybox\nRUN echo two > /x\n").id, engine)
    assert engine.inspect_image(image.digest).id == image.digest


def test_the_same_image_built_again_stays(ada: Learner, sent: Sent) -> None:
    engine = watched()
    for _ in range(2):
        run_build(queued(ada).id, engine)
    assert engine.inspect_image(Image.objects.get().digest)


def test_a_name_that_is_being_removed_is_ready_again_after_a_build(ada: Learner, sent: Sent) -> None:
    engine = watched()
    run_build(queued(ada).id, engine)
    images.remove_image(learner=ada, image=Image.objects.get())
    run_build(queued(ada, "FROM busybox\nRUN echo two\n").id, engine)
    assert Image.objects.get().state == "ready"
