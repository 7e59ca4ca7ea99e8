"""Another name for an image, and removing one."""

from django.db import transaction
from django.utils import timezone

from playground.accounts.errors import Refused
from playground.accounts.models import Learner
from playground.builds import dispatch, idle
from playground.builds.models import Container, Image
from playground.builds.quota import check_image_room
from playground.builds.services.builds import clean_reference
from playground.builds.services.workspaces import tell
from playground.builds.states import CONTAINER_LIVE
from playground.builds.summaries import image_summary
from playground.events import wire


def tag_image(*, learner: Learner, image: Image, reference: str) -> Image:
    """The same image under another name; a name in use moves here. Raises `Refused`."""
    reference = clean_reference(reference)
    check_image_room(learner, reference, fix="Remove one first.")
    copied = ("digest", "size", "created_at", "build", "command", "ports", "layers", "foundation", "own")
    with transaction.atomic():
        idle.use_image(image)
        values = {name: getattr(image, name) for name in (*copied, "used_at", "going_at")}
        twin, _ = Image.objects.update_or_create(
            learner=learner, reference=reference, defaults={**values, "state": "ready", "sent_at": timezone.now()}
        )
        tell(learner, [("image.put", wire.ImagePut(image=image_summary(twin)))])
        transaction.on_commit(lambda: dispatch.send("act_on_image", twin.id))
    return twin


def keep_image(*, image: Image) -> Image:
    """The learner says that it is of use, so that it is not removed for having been unused."""
    with transaction.atomic():
        idle.use_image(image)
    return image


def remove_image(*, learner: Learner, image: Image) -> Image:
    """Take the name away, and the image with its last one. Raises `Refused` (409) while a container of it runs."""
    users = Container.objects.filter(learner=learner, digest=image.digest, state__in=CONTAINER_LIVE)
    names = Image.objects.filter(learner=learner, digest=image.digest, state="ready").count()
    if users and names == 1:
        raise Refused(
            "image-in-use",
            f"A container of {image.reference} is running: {users[0].name}.",
            fix="Stop it first.",
            status=409,
        )
    with transaction.atomic():
        if Image.objects.filter(pk=image.pk, state="ready").update(state="removing", sent_at=timezone.now()):
            transaction.on_commit(lambda: dispatch.send("act_on_image", image.id))
        image.state = "removing"
        tell(learner, [("image.put", wire.ImagePut(image=image_summary(image)))])
    return image
