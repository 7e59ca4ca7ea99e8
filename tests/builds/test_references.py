"""What a FROM may name, and the engine's own names."""

import pytest

from playground.accounts.models import Learner
from playground.builds.models import BaseImage
from playground.builds.references import available_images, base_references, engine_names, engine_reference
from tests.builds.support import base_ready, force, image_of

pytestmark = pytest.mark.django_db(databases=["default", "events"])


def test_a_base_image_can_be_named_once_it_is_ready() -> None:
    base_ready("busybox:latest")
    BaseImage.objects.create(pk="gcc:12", about="", state="making")
    assert base_references() == ["busybox:latest"]


def test_a_learner_may_name_base_images_and_own_images_only(ada: Learner, bob: Learner) -> None:
    base_ready("busybox:latest")
    image_of(ada, "mine:1")
    image_of(bob, "theirs:1")
    force(image_of(ada, "gone:1"), state="removing")
    assert available_images(ada) == ["busybox:latest", "mine:1"]
    assert available_images(None) == ["busybox:latest"]


def test_every_learner_has_names_of_their_own_on_the_engine(ada: Learner, bob: Learner) -> None:
    assert engine_reference(ada.id, "app:1") != engine_reference(bob.id, "app:1")
    assert engine_reference(ada.id, "app:1").endswith(f"/{ada.id}/app:1")


def test_an_own_image_hides_a_base_image_of_its_name(ada: Learner, bob: Learner) -> None:
    base_ready("busybox:latest", "gcc:12")
    image_of(ada, "busybox:latest")
    assert engine_names(ada) == {"busybox:latest": engine_reference(ada.id, "busybox:latest"), "gcc:12": "gcc:12"}
    assert engine_names(bob) == {"busybox:latest": "busybox:latest", "gcc:12": "gcc:12"}
