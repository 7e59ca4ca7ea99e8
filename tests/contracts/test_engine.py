"""The contract of `playground.engine.port.Engine`: the scripted engine and a real one pass the same tests."""

import contextlib
import itertools
import time
from pathlib import Path

import pytest

from playground.engine.container_logs import LogCursor
from playground.engine.errors import Conflict, NotFound
from playground.engine.port import (
    BuildFailed,
    ContainerStatus,
    LogLine,
    OutputStream,
    StepChanged,
    StepOutput,
    StepProgress,
    StepSeen,
    Tick,
)
from playground.engine.sandbox import network_spec
from tests.contracts.workbench import Story, Workbench, context, lines, texts
from tests.support.wait import until

# --- builds -------------------------------------------------------------------------------------------------------


def test_the_engine_answers_a_ping(bench: Workbench) -> None:
    bench.engine.ping()  # one that is down raises: see the tests of each adapter


def test_the_engine_says_who_it_is(bench: Workbench) -> None:
    info = bench.engine.info()
    assert info.version
    assert info.api_version.count(".") == 1


def test_a_build_ends_with_the_image_and_its_name_is_known(bench: Workbench) -> None:
    story = bench.build("FROM busybox\nRUN echo hello\n")
    assert story.image_id.startswith("sha256:")
    assert bench.engine.inspect_image(bench.reference("app:1")).id == story.image_id


def test_a_step_goes_from_running_to_done_and_its_output_is_heard_in_between(bench: Workbench) -> None:
    story = bench.build("FROM busybox\nRUN echo one; echo two\n", no_cache=True)
    assert story.states("RUN echo one") == ["running", "done"]
    assert story.output("RUN echo one") == "one\ntwo\n"
    step = story.step("RUN echo one").id
    kinds = [type(e) for e in story.events if isinstance(e, StepChanged | StepOutput) and e.id == step]
    assert kinds[0] is StepChanged
    assert kinds[-1] is StepChanged
    assert StepOutput in kinds[1:-1]


def test_a_step_s_streams_are_told_apart(bench: Workbench) -> None:
    story = bench.build("FROM busybox\nRUN echo good; echo bad >&2\n", no_cache=True)
    heard = {event.stream: event.text for event in story.events if isinstance(event, StepOutput)}
    assert heard == {"stdout": "good\n", "stderr": "bad\n"}


def test_times_of_steps_are_ordered_and_near_now(bench: Workbench) -> None:
    story = bench.build("FROM busybox\nRUN sleep 0.3\n", no_cache=True)
    done = [e for e in story.events if isinstance(e, StepChanged) and e.id == story.step("RUN sleep").id][-1]
    assert done.started is not None
    assert done.completed is not None
    assert 0.25 < done.completed - done.started < 5
    assert abs(done.completed - time.time()) < 60


def test_a_step_is_announced_before_anything_else_of_it_is_told(bench: Workbench) -> None:
    story = bench.build("FROM busybox AS a\nRUN echo x > /x\nFROM busybox\nCOPY --from=a /x /x\n", no_cache=True)
    announced: set[str] = set()
    for event in story.events:
        if isinstance(event, StepSeen):
            assert set(event.inputs) <= announced, "a step comes after those it builds on"
            announced.add(event.id)
        elif isinstance(event, StepChanged | StepOutput | StepProgress):
            assert event.id in announced


def test_a_copy_from_another_stage_has_both_stages_as_inputs(bench: Workbench) -> None:
    story = bench.build(
        "FROM busybox AS make\nRUN echo made > /made\nFROM busybox\nRUN echo own > /own\nCOPY --from=make /made /made\n"
    )
    copy = story.step("COPY --from=make")
    assert story.step("RUN echo made").id in copy.inputs
    assert story.step("RUN echo own").id in copy.inputs
    assert len(copy.inputs) == 2


def test_a_second_build_of_the_same_is_cached(bench: Workbench) -> None:
    dockerfile = f"FROM busybox\nRUN echo {bench.owner.instance} > /only-here\n"
    assert bench.build(dockerfile).states("RUN echo") == ["running", "done"]
    assert bench.build(dockerfile).states("RUN echo")[-1] == "cached"
    assert bench.build(dockerfile, no_cache=True).states("RUN echo") == ["running", "done"]


def test_a_changed_file_is_copied_anew_and_an_unchanged_one_is_not(bench: Workbench, tmp_path: Path) -> None:
    dockerfile = "FROM busybox\nWORKDIR /work\nCOPY a.txt ./\nRUN cat a.txt\n"
    token = bench.owner.instance
    assert bench.build(dockerfile, files=context(tmp_path, {"a.txt": f"one {token}\n"})).states("RUN")[-1] == "done"
    assert bench.build(dockerfile, files=context(tmp_path, {"a.txt": f"one {token}\n"})).states("RUN")[-1] == "cached"
    again = bench.build(dockerfile, files=context(tmp_path, {"a.txt": f"two {token}\n"}))
    assert again.states("COPY a.txt")[-1] == "done"
    assert again.output("RUN cat a.txt") == f"two {token}\n"


def test_a_failing_step_names_its_exit_code(bench: Workbench) -> None:
    story = bench.build("FROM busybox\nRUN echo before; exit 3\nRUN echo never\n")
    assert "exit code: 3" in story.failure
    assert story.states("RUN echo before")[-1] == "failed"
    assert story.states("RUN echo never") == []
    failed = [e for e in story.events if isinstance(e, StepChanged) and e.state == "failed"][-1]
    assert "exit code: 3" in failed.error


def test_an_unknown_command_fails_with_127(bench: Workbench) -> None:
    story = bench.build("FROM busybox\nRUN nosuchprogram\n")
    assert "exit code: 127" in story.failure
    assert "nosuchprogram: not found" in story.output("RUN nosuch")


def test_a_failed_build_takes_no_name(bench: Workbench) -> None:
    assert bench.build("FROM busybox\nRUN exit 1\n").failure
    with pytest.raises(NotFound):
        bench.engine.inspect_image(bench.reference("app:1"))


def test_an_unknown_instruction_is_told_with_its_line(bench: Workbench) -> None:
    assert "line 2: unknown instruction: RUNN" in bench.build("FROM busybox\nRUNN echo\n").failure


def test_a_missing_base_image_fails_the_build(bench: Workbench) -> None:
    assert "nosuchimage" in bench.build("FROM nosuchimage:1\n").failure


def test_a_missing_file_is_named(bench: Workbench) -> None:
    assert '"/nope.txt"' in bench.build("FROM busybox\nCOPY nope.txt /\n").failure


def test_only_stages_the_target_needs_are_built(bench: Workbench) -> None:
    story = bench.build("FROM busybox AS one\nRUN echo 1\nFROM busybox AS two\nRUN echo 2\n", target="one")
    assert story.image_id
    assert not [name for name in story.steps if "echo 2" in name]
    assert "zz" in bench.build("FROM busybox AS one\n", target="zz").failure


def test_a_build_argument_reaches_its_step(bench: Workbench) -> None:
    story = bench.build("FROM busybox\nARG WORD\nRUN echo $WORD\n", build_args={"WORD": "hi there"}, no_cache=True)
    assert story.output("RUN echo") == "hi there\n"


def test_a_quiet_build_ticks(bench: Workbench) -> None:
    began = time.monotonic()
    build = bench.engine.build(bench.spec("FROM busybox\nRUN sleep 1.2\n", no_cache=True))
    heard = [time.monotonic() - began for _ in build]
    assert max(later - earlier for earlier, later in itertools.pairwise(heard)) < 0.5


def test_a_cancelled_build_ends_at_once_and_says_so(bench: Workbench) -> None:
    spec = bench.spec("FROM busybox\nRUN echo started; sleep 30\n", no_cache=True)
    events = []
    for event in bench.engine.build(spec):
        events.append(event)
        if isinstance(event, StepOutput):
            began = time.monotonic()
            bench.engine.cancel_build(spec.build_id)
    assert time.monotonic() - began < 1.0
    story = Story(events)
    assert isinstance(story.verdict, BuildFailed)
    assert "canceled" in story.verdict.message
    assert story.states("RUN echo started")[-1] == "cancelled"


def test_cancelling_what_does_not_run_does_nothing(bench: Workbench) -> None:
    bench.engine.cancel_build("no-such-build")


def test_a_build_can_be_left_before_it_has_begun(bench: Workbench) -> None:
    events = bench.engine.build(bench.spec("FROM busybox\nRUN sleep 30\n", no_cache=True))
    next(events)
    began = time.monotonic()
    events.close()
    assert time.monotonic() - began < 1.0


def test_the_owner_s_labels_are_on_the_image_whatever_the_dockerfile_says(bench: Workbench) -> None:
    bench.build('FROM busybox\nLABEL drydock.owner="someone-else" mine="yes"\n')
    labels = bench.engine.inspect_image(bench.reference("app:1")).labels
    assert labels["drydock.owner"] == bench.owner.learner
    assert labels["drydock.instance"] == bench.owner.instance
    assert labels["drydock.job"] == bench.owner.job
    assert labels["mine"] == "yes"


def test_files_of_the_context_keep_their_content_and_folders(bench: Workbench, tmp_path: Path) -> None:
    files = context(tmp_path, {"src/deep/a.txt": "A\n", "b.txt": "B\n"})
    story = bench.build(
        "FROM busybox\nCOPY . /all/\nRUN cat /all/src/deep/a.txt /all/b.txt\n", files=files, no_cache=True
    )
    assert story.output("RUN cat") == "A\nB\n"


# --- images -------------------------------------------------------------------------------------------------------


def test_an_image_s_configuration_and_history_are_told(bench: Workbench) -> None:
    bench.build(
        "FROM busybox\nENV COLOUR=red\nWORKDIR /srv\nEXPOSE 8080\nUSER nobody\nRUN echo x\n"
        'ENTRYPOINT ["echo"]\nCMD ["a", "b"]\n'
    )
    image = bench.engine.inspect_image(bench.reference("app:1"))
    assert image.command == ("a", "b")
    assert image.entrypoint == ("echo",)
    assert "COLOUR=red" in image.env
    assert image.ports == ("8080/tcp",)
    assert image.workdir == "/srv"
    assert image.user == "nobody"
    assert image.layers[0].created_by.startswith("CMD"), "newest first"
    assert any("echo x" in layer.created_by for layer in image.layers)
    assert image.size > 0


def test_an_image_can_have_a_second_name_and_goes_with_its_last(bench: Workbench) -> None:
    image_id = bench.build("FROM busybox\nRUN echo two names\n").image_id
    bench.engine.tag_image(bench.reference("app:1"), bench.reference("app:2"))
    names = {bench.reference("app:1"), bench.reference("app:2")}
    assert set(bench.engine.inspect_image(image_id).references) == names
    bench.engine.remove_image(bench.reference("app:1"))
    assert bench.engine.inspect_image(bench.reference("app:2")).id == image_id
    bench.engine.remove_image(bench.reference("app:2"))
    with pytest.raises(NotFound):
        bench.engine.inspect_image(image_id)
    bench.engine.remove_image(bench.reference("app:2"))


def test_an_image_in_use_is_not_removed(bench: Workbench) -> None:
    bench.build('FROM busybox\nCMD ["sleep", "30"]\n')
    bench.start("", image=bench.reference("app:1"))
    with pytest.raises(Conflict):
        bench.engine.remove_image(bench.reference("app:1"))


def test_by_force_an_image_in_use_loses_its_name_and_stays_for_its_container(bench: Workbench) -> None:
    image_id = bench.build('FROM busybox\nCMD ["sleep", "30"]\n').image_id
    container = bench.start("", image=bench.reference("app:1"))
    bench.engine.remove_image(bench.reference("app:1"), force=True)
    assert bench.engine.inspect_image(image_id).references == ()
    assert bench.engine.inspect_container(container).phase == "running"
    with pytest.raises(Conflict):
        bench.engine.remove_image(image_id)


def test_the_list_of_images_has_the_new_one_with_its_labels(bench: Workbench) -> None:
    image_id = bench.build("FROM busybox\nRUN echo listed\n").image_id
    (image,) = (image for image in bench.engine.list_images() if image.id == image_id)
    assert image.references == (bench.reference("app:1"),)
    assert image.labels["drydock.owner"] == bench.owner.learner
    assert image.layers == ()


def test_an_image_that_is_not_there_is_not_found(bench: Workbench) -> None:
    with pytest.raises(NotFound):
        bench.engine.inspect_image("nosuchimage:1")
    with pytest.raises(NotFound):
        bench.engine.tag_image("nosuchimage:1", bench.reference("app:1"))
    with pytest.raises(NotFound):
        bench.engine.create_container(bench.container("true", image="nosuchimage:1"))


# --- containers ---------------------------------------------------------------------------------------------------


def test_a_container_s_lines_come_in_order_with_their_streams_and_its_exit_code(bench: Workbench) -> None:
    container, heard = bench.run("echo one; sleep 0.05; echo two >&2; sleep 0.05; echo three; exit 4")
    assert [(line.stream, line.text) for line in heard] == [("stdout", "one"), ("stderr", "two"), ("stdout", "three")]
    status = bench.engine.inspect_container(container)
    assert (status.phase, status.exit_code, status.oom_killed) == ("exited", 4, False)
    assert status.started_at <= status.finished_at


def test_an_image_s_own_command_is_run(bench: Workbench) -> None:
    bench.build('FROM busybox\nENV WHO=world\nCMD ["sh", "-c", "echo hello $WHO"]\n')
    _, heard = bench.run("", image=bench.reference("app:1"))
    assert texts(heard) == ["hello world"]


def test_variables_reach_the_container(bench: Workbench) -> None:
    _, heard = bench.run("echo $COLOUR", environment={"COLOUR": "dark red"})
    assert texts(heard) == ["dark red"]


def test_a_container_asked_for_twice_is_made_once(bench: Workbench) -> None:
    spec = bench.container("sleep 30")
    assert bench.engine.create_container(spec) == bench.engine.create_container(spec)


def test_starting_and_stopping_twice_does_no_harm(bench: Workbench) -> None:
    container = bench.start("sleep 30")
    bench.engine.start_container(container)
    assert bench.engine.inspect_container(container).phase == "running"
    bench.engine.stop_container(container, grace=1)
    bench.engine.stop_container(container, grace=1)
    status = bench.engine.inspect_container(container)
    assert status.phase == "exited"
    assert status.exit_code in {137, 143}


def test_a_stopped_container_can_be_started_again(bench: Workbench) -> None:
    container, _ = bench.run("echo again")
    bench.engine.start_container(container)
    assert texts(bench.engine.follow_container(container)) == ["again", "again"]


def test_a_program_that_is_not_there_is_named_and_ends_with_127(bench: Workbench) -> None:
    bench.build('FROM busybox\nCMD ["nosuchprogram"]\n')
    container, heard = bench.run("", image=bench.reference("app:1"))
    assert "nosuchprogram" in "".join(texts(heard))
    assert bench.engine.inspect_container(container).exit_code == 127


def test_a_removed_container_is_gone_and_removing_it_again_does_nothing(bench: Workbench) -> None:
    container = bench.start("sleep 30")
    bench.engine.remove_container(container)
    assert bench.engine.inspect_container(container).phase == "gone"
    bench.engine.remove_container(container)
    bench.engine.stop_container(container, grace=1)
    with pytest.raises(NotFound):
        bench.engine.start_container(container)
    with pytest.raises(NotFound):
        list(bench.engine.follow_container(container))


def test_running_out_of_memory_is_told(bench: Workbench) -> None:
    container, _ = bench.run("tail /dev/zero", memory=32 << 20)
    status = until(lambda: _ended(bench, container), seconds=5, what="the container has ended")
    assert status is not None
    assert status.oom_killed
    assert status.exit_code == 137


def _ended(bench: Workbench, container: str) -> ContainerStatus | None:
    status = bench.engine.inspect_container(container)
    return status if status.phase == "exited" else None


def test_a_quiet_container_ticks_and_a_line_is_heard_while_it_runs(bench: Workbench) -> None:
    container = bench.start("echo now; sleep 1; echo later")
    heard = bench.engine.follow_container(container)
    first = next(one for one in heard if isinstance(one, LogLine))
    assert first.text == "now"
    assert bench.engine.inspect_container(container).phase == "running"
    assert isinstance(next(heard), Tick)
    assert texts(heard) == ["later"]


def test_following_can_be_left_at_any_moment(bench: Workbench) -> None:
    heard = bench.engine.follow_container(bench.start("echo x; sleep 30"))
    next(heard)
    began = time.monotonic()
    heard.close()
    assert time.monotonic() - began < 1.0


def test_the_last_line_is_never_lost(bench: Workbench) -> None:
    for _ in range(12):
        _, heard = bench.run("seq 1 50; echo last")
        assert texts(heard)[-1] == "last"
        assert len(heard) == 51


def test_following_from_a_line_on_begins_with_that_line(bench: Workbench) -> None:
    container, heard = bench.run("seq 1 5")
    again = lines(bench.engine.follow_container(container, since=heard[2].at))
    assert again[0].at == heard[2].at
    assert again[-3:] == heard[-3:]


def test_a_follower_that_is_cut_off_again_and_again_repeats_nothing_and_misses_nothing(bench: Workbench) -> None:
    script = "; ".join(f"seq {n} {n + 199}; echo err {n} >&2; sleep 0.02" for n in range(0, 2000, 200))
    container = bench.start(script)
    cursor = LogCursor()
    kept: dict[OutputStream, list[str]] = {"stdout": [], "stderr": []}
    connections, complete = 0, False
    while not complete:
        connections += 1
        with contextlib.closing(bench.engine.follow_container(container, since=cursor.reconnect())) as heard:
            fresh = 0
            for line in (one for one in heard if isinstance(one, LogLine)):
                if cursor.is_new(line):
                    kept[line.stream].append(line.text)
                    fresh += 1
                if fresh == 137:
                    break
            else:
                complete = True
    assert connections > 10
    assert kept["stdout"] == [str(n) for n in range(2000)]
    assert kept["stderr"] == [f"err {n}" for n in range(0, 2000, 200)]


# --- whose is what ------------------------------------------------------------------------------------------------


def test_everything_made_is_found_by_its_labels(bench: Workbench) -> None:
    bench.build("FROM busybox\nRUN echo mine\n")
    spec = bench.container("sleep 30", image=bench.reference("app:1"))
    container = bench.engine.create_container(spec)
    bench.engine.ensure_network(network_spec(owner=bench.owner))
    bench.engine.ensure_network(network_spec(owner=bench.owner))
    owned = bench.engine.list_owned(bench.owner.instance)
    assert sorted((one.kind, one.name) for one in owned) == sorted(
        [
            ("container", spec.name),
            ("image", bench.reference("app:1")),
            ("network", network_spec(owner=bench.owner).name),
        ]
    )
    assert {one.owner for one in owned} == {bench.owner}
    assert container in {one.id for one in owned}
    assert bench.engine.list_owned("nobody") == ()
    everybodys = bench.engine.list_owned("")
    assert {one.id for one in owned} <= {one.id for one in everybodys}
    assert all(one.owner.instance for one in everybodys)
    bench.engine.remove_network(network_spec(owner=bench.owner).name)
    bench.engine.remove_network(network_spec(owner=bench.owner).name)
    assert "network" not in {one.kind for one in bench.engine.list_owned(bench.owner.instance)}


# --- the disk -----------------------------------------------------------------------------------------------------


def test_the_room_on_the_disk_is_known_where_the_engine_is_on_this_machine(bench: Workbench) -> None:
    room = bench.engine.room()
    assert room is not None
    assert 0 < room.free <= room.total


def test_a_pruned_cache_is_empty_and_images_stay(bench: Workbench) -> None:
    step = "RUN echo " + bench.owner.instance
    first = bench.build(f"FROM busybox\n{step} > /who\n")
    assert "cached" in bench.build(f"FROM busybox\n{step} > /who\n", tag="app:2").states(step)
    assert bench.engine.prune_cache() >= 0
    again = bench.build(f"FROM busybox\n{step} > /who\nRUN cat /who\n", tag="app:3")
    assert "cached" not in again.states(f"{step} > /who")
    assert bench.engine.inspect_image(bench.reference("app:1")).id == first.image_id
    assert again.output("RUN cat /who") == bench.owner.instance + "\n"
