"""Another name for an image, and removing one."""

import pytest

from playground.accounts.models import Learner
from playground.builds import access
from playground.builds.models import Image
from playground.builds.services import images
from playground.builds.states import CONTAINER_LIVE, ContainerState
from tests.builds.support import Sent, SetLimits, fresh, image_of, refuses, running, told

pytestmark = pytest.mark.django_db(databases=["default", "events"], transaction=True)


def test_a_tag_is_the_same_image_under_another_name(ada: Learner, sent: Sent) -> None:
    image = image_of(ada, ports=["80/tcp"], command=["sh"])
    twin = images.tag_image(learner=ada, image=image, reference="other")
    assert twin.id != image.id
    assert (twin.reference, twin.digest, twin.ports, twin.command) == ("other:latest", image.digest, ["80/tcp"], ["sh"])
    assert sent == [("act_on_image", twin.id)]
    assert [put["image"]["reference"] for put in told(ada, "image.put")] == ["other:latest"]
    assert {row.reference for row in access.images_of(ada)} == {"app:1", "other:latest"}


def test_a_name_in_use_moves(ada: Learner, sent: Sent) -> None:
    old, new = image_of(ada, "name:1", "sha256:old"), image_of(ada, "app:2", "sha256:new")
    twin = images.tag_image(learner=ada, image=new, reference="name:1")
    assert (twin.id, fresh(old).digest) == (old.id, "sha256:new")
    assert Image.objects.count() == 2


def test_tagging_twice_is_one_image(ada: Learner, sent: Sent) -> None:
    image = image_of(ada)
    assert len({images.tag_image(learner=ada, image=image, reference="b:1").id for _ in range(2)}) == 1


def test_the_sweep_can_see_that_a_tag_was_asked_for(ada: Learner, sent: Sent) -> None:
    assert images.tag_image(learner=ada, image=image_of(ada), reference="b:1").sent_at is not None


def test_a_name_of_another_learner_is_free(ada: Learner, bob: Learner, sent: Sent) -> None:
    theirs = image_of(bob, "name:1", "sha256:theirs")
    images.tag_image(learner=ada, image=image_of(ada), reference="name:1")
    assert fresh(theirs).digest == "sha256:theirs"


def test_a_name_that_is_none_is_refused(ada: Learner, sent: Sent) -> None:
    with refuses("bad-image-name"):
        images.tag_image(learner=ada, image=image_of(ada), reference="No Name")
    assert Image.objects.count() == 1


def test_one_image_too_many_is_refused_with_both_numbers(ada: Learner, sent: Sent, set_limits: SetLimits) -> None:
    set_limits("learner.images=1")
    image = image_of(ada)
    with refuses("too-many-images", 413) as caught:
        images.tag_image(learner=ada, image=image, reference="b:1")
    assert "You have 1 images; 1 are allowed." in caught.value.message
    images.tag_image(learner=ada, image=image, reference="app:1")
    assert Image.objects.count() == 1


def test_an_image_is_removed_once(ada: Learner, sent: Sent) -> None:
    image = image_of(ada)
    for _ in range(2):
        images.remove_image(learner=ada, image=image)
    assert fresh(image).state == "removing"
    assert sent == [("act_on_image", image.id)]
    assert told(ada, "image.put")[0]["image"]["state"] == "removing"
    assert access.images_of(ada) == []


@pytest.mark.parametrize("state", sorted(CONTAINER_LIVE))
def test_the_last_name_stays_while_a_container_runs(state: ContainerState, ada: Learner, sent: Sent) -> None:
    container = running(ada, state=state.value)
    assert container.image is not None
    sent.clear()
    with refuses("image-in-use", 409) as caught:
        images.remove_image(learner=ada, image=container.image)
    assert container.name in caught.value.message
    assert (fresh(container.image).state, sent) == ("ready", [])


def test_another_name_of_a_running_image_can_go_but_not_both(ada: Learner, sent: Sent) -> None:
    container = running(ada)
    assert container.image is not None
    twin = images.tag_image(learner=ada, image=container.image, reference="twin:1")
    assert images.remove_image(learner=ada, image=twin).state == "removing"
    with refuses("image-in-use", 409):
        images.remove_image(learner=ada, image=container.image)


@pytest.mark.parametrize("state", ["exited", "failed", "removing", "removed"])
def test_a_container_that_does_not_run_keeps_no_image(state: str, ada: Learner, sent: Sent) -> None:
    container = running(ada, state=state)
    assert container.image is not None
    assert images.remove_image(learner=ada, image=container.image).state == "removing"


def test_a_container_of_another_learner_keeps_no_image(ada: Learner, bob: Learner, sent: Sent) -> None:
    running(bob)
    assert images.remove_image(learner=ada, image=image_of(ada)).state == "removing"
