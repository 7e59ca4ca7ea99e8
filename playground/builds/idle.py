"""What guests have not used for long is removed: images and containers, never files. They are told before, and after.

Beforehand the row says when (`going_at`), at the earliest a notice's length after it was written there: the page shows
it, and using the thing takes it back. Called by the sweep; `use_image` and `use_container` by whoever uses something.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from playground.accounts.models import Learner
from playground.builds import dispatch
from playground.builds.footprint import together
from playground.builds.limits import limit
from playground.builds.models import Container, Image, Notice
from playground.builds.services.showing import show_container, show_image
from playground.builds.services.workspaces import tell
from playground.builds.states import ContainerState, move
from playground.builds.summaries import notice
from playground.engine.limits import seconds_text
from playground.events import wire

AT_REST = (ContainerState.EXITED, ContainerState.FAILED)
MOST = 200
"""So many of each kind at once; the next sweep does the next ones."""
NOTICES_KEPT = timedelta(days=30)
KEPT = "Your files and projects are all here: build an image again when you need it."


@dataclass(slots=True)
class Gone:
    """What one sweep has removed of one learner's things, by the names they had."""

    images: list[str] = field(default_factory=list)
    containers: list[str] = field(default_factory=list)

    def sentence(self, why: str) -> str:
        """For the learner."""
        parts = [_listed("image", self.images), _listed("container", self.containers)]
        return f"Removed because {why}: {' and '.join(part for part in parts if part)}. {KEPT}"


def use_image(image: Image) -> None:
    """It is used now, so it stays; call it inside the transaction that uses it."""
    was_going, image.going_at, image.used_at = image.going_at, None, timezone.now()
    image.save(update_fields=["used_at", "going_at"])
    if was_going:
        show_image(image)


def use_container(container: Container) -> None:
    """It is used now, and so is its image; call it inside the transaction that uses it and shows it."""
    container.going_at, container.used_at = None, timezone.now()
    container.save(update_fields=["used_at", "going_at"])
    if container.image is not None:
        use_image(container.image)


def announce() -> None:
    """Say beforehand what will be removed; and take it back of those who have signed up since."""
    now = timezone.now()
    notice_time = timedelta(seconds=limit("learner.idle_notice"))
    idle = timedelta(seconds=limit("learner.idle"))
    soon = now - idle + notice_time
    for image in _unused_images(soon).filter(going_at=None)[:MOST]:
        _set_going(image, max(image.used_at + idle, now + notice_time))
    for container in _unused_containers(soon).filter(going_at=None)[:MOST]:
        _set_going(container, max(container.used_at + idle, now + notice_time))
    for image in Image.objects.filter(going_at__isnull=False, learner__user__isnull=False)[:MOST]:
        _set_going(image, None)
    for container in Container.objects.filter(going_at__isnull=False, learner__user__isnull=False)[:MOST]:
        _set_going(container, None)


def remove() -> None:
    """Remove what was announced and still is not used."""
    now = timezone.now()
    gone: dict[Learner, Gone] = defaultdict(Gone)
    for container in _unused_containers(now).filter(going_at__lt=now)[:MOST]:
        if _remove_container(container):
            gone[container.learner].containers.append(container.name)
    for image in _unused_images(now).filter(going_at__lt=now)[:MOST]:
        if _remove_image(image):
            gone[image.learner].images.append(image.reference)
    _tell_after(gone, f"unused for {seconds_text(limit('learner.idle'))}")


def relieve(missing: int) -> int:
    """The engine's disk lacks *missing* bytes: remove what nobody uses, the longest unused first. Answers how many."""
    pressed = limit("learner.idle_pressed")
    gone: dict[Learner, Gone] = defaultdict(Gone)
    freed, count = 0, 0
    for image in _unused_images(timezone.now() - timedelta(seconds=pressed))[:MOST]:
        if freed >= missing:
            break
        others = Image.objects.filter(digest=image.digest, state="ready").exclude(pk=image.pk)
        if _remove_image(image):
            freed += 0 if others.exists() else together([image.own])
            count += 1
            gone[image.learner].images.append(image.reference)
    _tell_after(gone, f"the disk was short of room, and unused for {seconds_text(pressed)}")
    return count


def forget_old() -> None:
    """Notices that had time to be read."""
    Notice.objects.filter(at__lt=timezone.now() - NOTICES_KEPT).delete()


def _unused_images(since: datetime) -> QuerySet[Image]:
    """Guests' images that were not used since then and that no container is made of, the longest unused first."""
    users = Container.objects.filter(learner=OuterRef("learner"), digest=OuterRef("digest"))
    ready = Image.objects.select_related("learner__workspace").filter(state="ready", learner__user=None)
    unused = ready.filter(~Exists(users.exclude(state=ContainerState.REMOVED)), used_at__lt=since)
    return unused.order_by("used_at")


def _unused_containers(since: datetime) -> QuerySet[Container]:
    """The same for containers that do not run."""
    found = Container.objects.select_related("learner__workspace").filter(state__in=AT_REST, learner__user=None)
    return found.filter(used_at__lt=since).order_by("used_at")


def _set_going(row: Image | Container, going_at: datetime | None) -> None:
    """Announce it, or take that back, unless it was used in this very moment."""
    with transaction.atomic():
        if type(row)._default_manager.filter(pk=row.pk, used_at=row.used_at).update(going_at=going_at):
            row.going_at = going_at
            if isinstance(row, Image):
                show_image(row)
            else:
                transaction.on_commit(lambda: show_container(row))


def _remove_image(image: Image) -> bool:
    """Take it away, unless it was used in this very moment."""
    with transaction.atomic():
        still = Image.objects.filter(pk=image.pk, state="ready", used_at=image.used_at)
        if not still.update(state="removing", sent_at=timezone.now()):
            return False
        image.state = "removing"
        show_image(image)
        transaction.on_commit(lambda: dispatch.send("act_on_image", image.id))
    return True


def _remove_container(container: Container) -> bool:
    """The same for a container."""
    with transaction.atomic():
        still = Container.objects.select_for_update().filter(pk=container.pk, used_at=container.used_at)
        changes = {"sent_at": timezone.now(), "sentence": "Being removed: it was not used."}
        if not still.exists() or not move(container, to=ContainerState.REMOVING, **changes):
            return False
        transaction.on_commit(lambda: show_container(container))
        transaction.on_commit(lambda: dispatch.send("act_on_container", container.id))
    return True


def _tell_after(gone: Mapping[Learner, Gone], why: str) -> None:
    """A line for each learner, on the page that is open and on the one that is opened later."""
    for learner, what in gone.items():
        with transaction.atomic():
            row = Notice.objects.create(learner=learner, sentence=what.sentence(why))
            tell(learner, [("notice.put", wire.NoticePut(notice=notice(row)))])


def _listed(kind: str, names: Sequence[str]) -> str:
    """`the images a:1, b:1 and c:1`; nothing for none."""
    *first, last = sorted(names) or [""]
    return f"the {kind}{'s' if first else ''} {', '.join(first)}{' and ' if first else ''}{last}" if last else ""
