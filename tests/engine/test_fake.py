"""What the scripted engine can do beyond the contract: fail as it is told."""

import contextlib

import pytest

from playground.engine.errors import EngineDown, EngineError
from playground.engine.fake import FakeEngine
from playground.engine.fake_shell import Exit, Shell, Sleep, Write
from playground.engine.port import BuildFailed, Owner, StepOutput, Tick
from tests.contracts.workbench import Story, Workbench


def bench(engine: FakeEngine) -> Workbench:
    """Somebody's things on it."""
    return Workbench(engine, Owner(instance="i", learner="7", job="1"))


def test_an_engine_that_is_down_answers_nothing() -> None:
    engine = FakeEngine(down=True)
    with pytest.raises(EngineDown):
        engine.ping()
    with pytest.raises(EngineDown):
        engine.info()
    with pytest.raises(EngineDown):
        list(engine.build(bench(engine).spec("FROM busybox\n")))


def test_an_engine_can_go_down_in_the_middle_of_a_build() -> None:
    engine = FakeEngine()
    events = engine.build(bench(engine).spec("FROM busybox\nRUN echo x; sleep 5; echo y\n"))
    next(event for event in events if isinstance(event, StepOutput))
    engine.down = True
    with pytest.raises(EngineDown):
        list(events)
    assert engine.running_builds == ()


def test_an_engine_can_go_down_while_a_container_is_followed() -> None:
    engine = FakeEngine()
    heard = engine.follow_container(bench(engine).start("echo x; sleep 30"))
    next(heard)
    engine.down = True
    with pytest.raises(EngineDown):
        list(heard)
    engine.close()


def test_a_call_can_be_made_to_fail() -> None:
    def refuse(name: str) -> None:
        if name == "start_container":
            raise EngineError("no space left on device", status=500)

    engine = FakeEngine(before=refuse)
    with pytest.raises(EngineError, match="no space"):
        bench(engine).start("true")


def test_a_step_that_needs_too_much_memory_fails_as_buildkit_says_it() -> None:
    engine = FakeEngine()
    story = Story(list(engine.build(bench(engine).spec("FROM busybox\nRUN tail /dev/zero\n"))))
    assert "exit code: 137" in story.failure
    assert story.output("RUN tail").endswith("Killed\n")


def test_output_without_end_can_be_left() -> None:
    engine = FakeEngine()
    with contextlib.closing(engine.build(bench(engine).spec("FROM busybox\nRUN yes\n"))) as events:
        printed = 0
        for event in events:
            printed += len(event.text) if isinstance(event, StepOutput) else 0
            if printed > 100_000:
                break
    assert engine.running_builds == ()


def test_a_leftover_build_can_be_cancelled_and_ticks_until_then() -> None:
    engine = FakeEngine()
    spec = bench(engine).spec("FROM busybox\nRUN sleep 30\n")
    events = engine.build(spec)
    for event in events:
        if isinstance(event, Tick) and engine.running_builds:
            engine.cancel_build(spec.build_id)
            break
    assert isinstance(list(events)[-1], BuildFailed)


@pytest.mark.parametrize(
    ("script", "actions"),
    [
        ("echo a b", [Write("stdout", "a b\n"), Exit(0)]),
        ("false && echo no; echo yes", [Write("stdout", "yes\n"), Exit(0)]),
        ("echo x > /f; echo y >> /f; cat /f", [Write("stdout", "x\ny\n"), Exit(0)]),
        ("for i in 1 2; do echo $i; done", [Write("stdout", "1\n"), Write("stdout", "2\n"), Exit(0)]),
        ("sleep 0.5; exit 3; echo no", [Sleep(0.5), Exit(3)]),
        ("nosuch", [Write("stderr", "/bin/sh: nosuch: not found\n"), Exit(127)]),
        ("echo $HOME ${WHO}", [Write("stdout", "/root me\n"), Exit(0)]),
        ("false", [Exit(1)]),
    ],
)
def test_the_toy_shell_does_what_sh_does(script: str, actions: list[object]) -> None:
    assert list(Shell(env={"HOME": "/root", "WHO": "me"}).run(script)) == actions
