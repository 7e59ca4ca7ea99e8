"""Telling a learner's pages how a container or an image is now. Called by whoever has changed its row."""

from playground.builds.models import Container, Image
from playground.builds.services.workspaces import tell
from playground.builds.summaries import container_summary, image_summary
from playground.events import log, wire


def show_container(container: Container, *, last: bool = False) -> None:
    """Tell the container's stream and the workspace how it is now. With *last* its stream ends."""
    summary = container_summary(container)
    changed = wire.ContainerChanged(container=summary)
    try:
        log.append(container.stream, [("container.changed", changed)], last=last)
    except log.Closed:
        return
    if last:
        tell(container.learner, [("container.gone", wire.ContainerGone(id=container.id))])
    else:
        tell(container.learner, [("container.put", wire.ContainerPut(container=summary))])


def show_image(image: Image) -> None:
    """Tell the workspace how the image is now."""
    tell(image.learner, [("image.put", wire.ImagePut(image=image_summary(image)))])
