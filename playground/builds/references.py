"""Names of images: what a FROM may name, and the engine's own name for each."""

from django.conf import settings

from playground.accounts.models import Learner
from playground.builds import access
from playground.builds.models import BaseImage
from playground.engine import sandbox


def base_references() -> list[str]:
    """Base images that are ready."""
    return list(BaseImage.objects.filter(state="ready").values_list("reference", flat=True))


def available_images(learner: Learner | None) -> list[str]:
    """Every reference that this learner's FROM may name: base images and own images."""
    return [*base_references(), *(image.reference for image in access.images_of(learner))]


def engine_reference(learner_id: str, reference: str) -> str:
    """The engine's name for a learner's image."""
    return sandbox.engine_reference(settings.DRYDOCK_INSTANCE, learner_id, reference)


def engine_names(learner: Learner) -> dict[str, str]:
    """Learner's name → engine's name, for `dockerfile.rewrite`. An own image hides a base image of its name."""
    names = {reference: reference for reference in base_references()}
    own = (image.reference for image in access.images_of(learner))
    names.update({reference: engine_reference(learner.id, reference) for reference in own})
    return names
