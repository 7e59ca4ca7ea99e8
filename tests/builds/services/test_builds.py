"""Asking for a build, and taking the wish back."""

from typing import Any

import pytest
from django.db import connections, transaction

from playground.accounts.models import Learner
from playground.builds import health
from playground.builds.models import Build
from playground.builds.pulses import pulse
from playground.builds.services import builds
from playground.builds.states import BUILD_ENDS, BuildState
from playground.engine import sandbox
from playground.events import log
from playground.events.models import Stream
from tests.builds.support import (
    HELLO,
    Sent,
    SetLimits,
    ask,
    base_ready,
    closed,
    force,
    fresh,
    image_of,
    project_of,
    queued,
    refuses,
    save,
    story,
    told,
    types,
)

pytestmark = pytest.mark.django_db(databases=["default", "events"], transaction=True)


# --- asking -------------------------------------------------------------------------------------------------------


def test_a_wish_is_a_row_on_the_queue_with_its_first_event_and_one_message(ada: Learner, sent: Sent) -> None:
    base_ready()
    build, new = ask(ada, project_of(ada, {"Dockerfile": HELLO, "a": "12", ".dockerignore": "b", "b": "1"}), "app")
    assert new
    assert (build.state, build.reference, build.attempt) == (BuildState.QUEUED, "app:latest", 0)
    assert sent == [("run_build", build.id)]
    queued_event = {
        "build": build.id, "reference": "app:latest", "dockerfile": "Dockerfile",
        "files": 3, "context_bytes": len(HELLO) + 3, "ignored": 1,
    }  # fmt: skip
    assert story(build.stream) == [("build.queued", queued_event), ("build.position", {"ahead": 0})]
    assert [put["build"]["state"] for put in told(ada, "build.put")] == ["queued"]


def test_the_stream_is_the_learners(ada: Learner, sent: Sent) -> None:
    stream = Stream.objects.get(pk=queued(ada).stream)
    assert (stream.owner, stream.kind) == (ada.id, "build")


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "empty-dockerfile", 1),
        ("FROM busybox\nRNU echo\n", "unknown-instruction", 2),
        ("FROM nothing:1\n", "image-not-available", 1),
        ("FROM busybox\nCOPY ap.py /\n", "copy-source-missing", 2),
    ],
)
def test_a_dockerfile_with_an_error_is_refused_and_nothing_is_queued(
    text: str, code: str, line: int, ada: Learner, sent: Sent
) -> None:
    base_ready()
    project = project_of(ada, {"Dockerfile": text, "app.py": "x"})
    with refuses(code) as caught:
        ask(ada, project)
    assert (caught.value.line, caught.value.field) == (line, "dockerfile")
    assert caught.value.problems[0]["code"] == code
    assert set(caught.value.problems[0]) == {
        "code", "severity", "line", "column", "end_column", "message", "fix",
    }  # fmt: skip
    assert not Build.objects.exists()
    assert sent == []


def test_a_warning_does_not_stop_a_build(ada: Learner, sent: Sent) -> None:
    base_ready()
    project = project_of(ada, {"Dockerfile": "FROM busybox\nMAINTAINER me\nRUN true\n"})
    problems, targets = builds.check_project(learner=ada, project=project, dockerfile="Dockerfile")
    severities = {problem.severity for problem in problems}
    assert severities
    assert "error" not in severities
    assert len(targets) == 1
    assert ask(ada, project)[1]


def test_an_unsaved_text_is_checked_instead_of_the_file(ada: Learner) -> None:
    base_ready()
    project = project_of(ada, {"Dockerfile": HELLO})
    problems, targets = builds.check_project(
        learner=ada, project=project, dockerfile="Dockerfile", text="FROM busybox AS a\nRNU x\nFROM a AS b\n"
    )
    assert [(problem.code, problem.line) for problem in problems if problem.severity == "error"] == [
        ("unknown-instruction", 2)
    ]
    assert targets == ["a", "b"]


@pytest.mark.parametrize("name", ["", "UPPER", "a b", "x" * 500, "../app", "app:"])
def test_a_name_that_is_none_is_refused_with_one_that_would_do(name: str, ada: Learner, sent: Sent) -> None:
    base_ready()
    with refuses("bad-image-name") as caught:
        ask(ada, project_of(ada, {"Dockerfile": HELLO}), name)
    assert caught.value.field == "reference"
    assert caught.value.fix
    assert not Build.objects.exists()


@pytest.mark.parametrize("name", ["docker.io/evil/app", "drydock:5000/x"])
def test_a_name_with_a_registry_is_refused(name: str, ada: Learner, sent: Sent) -> None:
    base_ready()
    with pytest.raises(sandbox.Refused) as caught:
        ask(ada, project_of(ada, {"Dockerfile": HELLO}), name)
    assert caught.value.field == "reference"
    assert not Build.objects.exists()


def test_asked_twice_it_is_one_build(ada: Learner, sent: Sent) -> None:
    base_ready()
    project = project_of(ada, {"Dockerfile": HELLO})
    first, second = ask(ada, project), ask(ada, project)
    assert (first[1], second[1]) == (True, False)
    assert first[0].id == second[0].id
    assert sent == [("run_build", first[0].id)]


@pytest.mark.parametrize("state", [state for state in BuildState if state not in BUILD_ENDS])
def test_asked_again_while_it_is_under_way_it_is_that_build(state: BuildState, ada: Learner, sent: Sent) -> None:
    base_ready()
    project = project_of(ada, {"Dockerfile": HELLO})
    build, _ = ask(ada, project)
    force(build, state=state.value)
    assert ask(ada, project)[0].id == build.id


@pytest.mark.parametrize("state", sorted(BUILD_ENDS))
def test_asked_again_after_the_end_it_is_a_new_build(state: BuildState, ada: Learner, sent: Sent) -> None:
    base_ready()
    project = project_of(ada, {"Dockerfile": HELLO})
    build, _ = ask(ada, project)
    force(build, state=state.value)
    assert ask(ada, project)[1]


@pytest.mark.parametrize("change", ["file", "reference", "cache", "project", "target"])
def test_another_wish_is_another_build(change: str, ada: Learner, sent: Sent) -> None:
    base_ready()
    text = "FROM busybox AS a\nRUN x\nFROM a AS b\nRUN y\n"
    project = project_of(ada, {"Dockerfile": text})
    ask(ada, project)
    if change == "file":
        save(ada, project, "new", "x")
    if change == "project":
        project = project_of(ada, {"Dockerfile": text})
    reference = "other:1" if change == "reference" else "app:1"
    assert ask(ada, project, reference, no_cache=change == "cache", target="a" if change == "target" else "")[1]


def test_a_twin_of_another_learner_is_another_build(ada: Learner, bob: Learner, sent: Sent) -> None:
    assert queued(ada).id != queued(bob).id


def test_what_is_built_is_what_was_there_when_it_was_asked_for(ada: Learner, sent: Sent) -> None:
    build = queued(ada, contents={"app.py": "old"})
    assert build.project is not None
    save(ada, build.project, "app.py", "new", expected=1)
    frozen = {path: size for path, _, _, size, _ in fresh(build).manifest}
    assert frozen["app.py"] == 3


def test_a_dockerfile_that_dockerignore_names_is_built_all_the_same(ada: Learner, sent: Sent) -> None:
    base_ready()
    project = project_of(ada, {"dev/Dockerfile": HELLO, ".dockerignore": "dev"})
    build, _ = ask(ada, project, dockerfile="dev/Dockerfile")
    assert "dev/Dockerfile" in [entry[0] for entry in build.manifest]


def test_too_many_waiting_builds_are_refused_with_both_numbers(
    ada: Learner, bob: Learner, sent: Sent, set_limits: SetLimits
) -> None:
    set_limits("build.queued=2")
    for number in range(2):
        queued(ada, reference=f"a{number}:1")
    with refuses("too-many-builds", 429) as caught:
        queued(ada, reference="a3:1")
    assert "2 of your builds are waiting or running; 2 may." in caught.value.message
    assert caught.value.retry_after > 0
    queued(bob)
    assert Build.objects.filter(learner=ada).count() == 2


def test_one_image_too_many_is_refused_but_not_under_a_name_there_is(
    ada: Learner, sent: Sent, set_limits: SetLimits
) -> None:
    set_limits("learner.images=1")
    image_of(ada, "app:1")
    with refuses("too-many-images", 413) as caught:
        queued(ada, reference="new:1")
    assert "You have 1 images; 1 are allowed." in caught.value.message
    assert queued(ada, reference="app:1").state == BuildState.QUEUED


def test_nothing_is_sent_before_the_row_is_committed(ada: Learner, sent: Sent) -> None:
    base_ready()
    project = project_of(ada, {"Dockerfile": HELLO})
    with transaction.atomic():
        build, _ = ask(ada, project)
        assert sent == []
        assert told(ada, "build.put") == []
    assert sent == [("run_build", build.id)]


def test_announcing_again_sends_again_but_tells_once(ada: Learner, sent: Sent) -> None:
    build = queued(ada)
    builds.announce_build(build)
    assert types(build.stream) == ["build.queued", "build.position"]
    assert sent == [("run_build", build.id)] * 2


def test_what_the_engine_can_read_decides_about_heredocs(ada: Learner) -> None:
    base_ready()
    project = project_of(ada, {"Dockerfile": "FROM busybox\nRUN <<EOF\necho hi\nEOF\n"})
    pulse("engine", info={"version": "20", "api_version": "1.41", "heredocs": False, "storage_driver": "x",
                          "cgroup_version": "2"})  # fmt: skip
    assert not health.engine_has_heredocs()
    with refuses("unsupported-heredoc"):
        ask(ada, project)


# --- taking it back -----------------------------------------------------------------------------------------------


def test_a_waiting_build_is_taken_off_the_queue(ada: Learner, sent: Sent) -> None:
    build = queued(ada)
    assert builds.cancel_build(build=build)
    ended = fresh(build)
    assert (ended.state, ended.sealed) == (BuildState.CANCELLED, True)
    assert ended.finished_at is not None
    assert types(build.stream)[-2:] == ["build.cancelling", "build.finished"]
    assert closed(build.stream)
    assert told(ada, "build.put")[-1]["build"]["state"] == "cancelled"


def test_a_running_build_is_asked_to_stop(ada: Learner, sent: Sent) -> None:
    build = queued(ada)
    force(build, state="running")
    assert builds.cancel_build(build=build)
    assert fresh(build).state == BuildState.CANCELLING
    assert types(build.stream)[-1] == "build.cancelling"
    assert not closed(build.stream)
    assert told(ada, "build.put")[-1]["build"]["state"] == "cancelling"


@pytest.mark.parametrize("state", [*sorted(BUILD_ENDS), BuildState.CANCELLING])
def test_cancelling_what_has_ended_or_is_ending_does_nothing(state: BuildState, ada: Learner, sent: Sent) -> None:
    build = queued(ada)
    force(build, state=state.value)
    before = story(build.stream)
    assert not builds.cancel_build(build=build)
    assert fresh(build).state == state
    assert story(build.stream) == before


def test_cancelling_twice_has_one_effect(ada: Learner, sent: Sent) -> None:
    build = queued(ada)
    one, other = fresh(build), fresh(build)
    assert [builds.cancel_build(build=row) for row in (one, other)] == [True, False]
    assert types(build.stream).count("build.cancelling") == 1
    assert types(build.stream).count("build.finished") == 1


def test_a_build_that_a_worker_took_in_this_very_moment_is_asked_to_stop(ada: Learner, sent: Sent) -> None:
    build = queued(ada)
    stale = fresh(build)
    force(build, state="running")
    assert builds.cancel_build(build=stale)
    assert fresh(build).state == BuildState.CANCELLING


def test_a_build_whose_stream_is_not_made_yet_can_be_cancelled(ada: Learner, sent: Sent) -> None:
    build = Build.objects.create(learner=ada, stream="nostream", reference="x:1", dockerfile="D", manifest=[])
    assert builds.cancel_build(build=build)
    assert types("nostream") == ["build.cancelling", "build.finished"]
    assert fresh(build).sealed


def test_cancelling_moves_the_others_up(ada: Learner, bob: Learner, sent: Sent) -> None:
    first, second = queued(ada), queued(bob)
    builds.cancel_build(build=first)
    assert fresh(second).ahead == 0


# --- the last event -----------------------------------------------------------------------------------------------


def test_the_last_event_is_written_exactly_once(ada: Learner, sent: Sent) -> None:
    build = queued(ada)
    force(build, state="cancelled", finished_at=build.created_at)
    for _ in range(3):
        builds.seal_build(build)
    assert types(build.stream).count("build.finished") == 1
    assert closed(build.stream)
    assert fresh(build).sealed


def test_a_crash_between_row_and_last_event_is_made_good_by_sealing_again(
    ada: Learner, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = queued(ada)
    with monkeypatch.context() as patched:
        patched.setattr(builds, "seal_build", crash)
        with pytest.raises(RuntimeError):
            builds.cancel_build(build=build)
    assert (fresh(build).state, fresh(build).sealed) == (BuildState.CANCELLED, False)
    builds.seal_build(fresh(build))
    assert types(build.stream)[-1] == "build.finished"
    assert fresh(build).sealed


def crash(build: Build) -> None:
    """The process ends here."""
    raise RuntimeError(f"killed before {build} was sealed")


def test_the_last_event_tells_how_it_ended(ada: Learner, sent: Sent) -> None:
    build = queued(ada)
    image = image_of(ada, build=build)
    force(build, state="succeeded", image=image.id, steps=3, cached=1, started_at=build.created_at)
    force(build, finished_at=build.created_at)
    builds.seal_build(build)
    last = story(build.stream)[-1][1]
    assert (last["state"], last["steps"], last["cached"], last["seconds"]) == ("succeeded", 3, 1, 0.0)
    assert last["image"]["id"] == image.id
    assert last["failure"] is None


def test_a_seal_by_a_writer_that_lost_the_fence_writes_nothing(ada: Learner, sent: Sent) -> None:
    build = queued(ada)
    old = log.take(build.stream)
    log.take(build.stream)
    force(build, state="failed", finished_at=build.created_at)
    builds.seal_build(build, fence=old)
    assert "build.finished" not in types(build.stream)


def test_nobody_sees_the_stream_of_a_build_without_its_first_event(
    ada: Learner, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    before: list[bool] = []
    append = log.append

    def looked(stream_id: str, entries: Any, **more: Any) -> int:
        if more.get("first"):
            before.append(connections["events"].in_atomic_block)
        return append(stream_id, entries, **more)

    monkeypatch.setattr(log, "append", looked)
    queued(ada)
    assert before == [True]
