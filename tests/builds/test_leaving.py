"""When the site ends, its containers do too."""

import pytest

from playground.accounts.models import Learner
from playground.builds.acting import act_on_container, settle
from playground.builds.leaving import end_containers
from playground.builds.models import Container
from playground.engine.fake import FakeEngine
from tests.builds.support import Sent, fresh, image_of, run

pytestmark = pytest.mark.django_db(databases=["default", "events"], transaction=True)


@pytest.fixture
def running(ada: Learner, engine: FakeEngine, sent: Sent) -> Container:
    """A container that runs on the engine."""
    made = run(ada, image_of(ada, digest=engine.inspect_image("busybox:latest").id), "sleep 60")
    act_on_container(made.id, engine)
    return fresh(made)


def test_what_runs_is_stopped_and_the_next_start_says_why(running: Container, engine: FakeEngine) -> None:
    assert end_containers(engine) == 1
    status = engine.inspect_container(running.engine_id)
    assert status.phase == "exited"
    settle(fresh(running), status)
    assert fresh(running).state == "exited"
    assert "the site was ended" in fresh(running).sentence


def test_a_second_end_finds_nothing_to_stop(running: Container, engine: FakeEngine) -> None:
    assert [end_containers(engine) for _ in range(2)] == [1, 0]


def test_with_the_engine_away_the_end_is_not_held_up(running: Container, engine: FakeEngine) -> None:
    engine.down = True
    assert end_containers(engine) == 1
    assert fresh(running).state == "stopping"
