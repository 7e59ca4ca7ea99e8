"""Projects, files, builds, images, containers, base images and pulses as rows. Fields, moves and queries only.

Contents of files are not here: a row names the sha256 of a blob (`blobs.py`).
"""

from django.db import models
from django.utils import timezone

from playground.accounts.ids import new_id
from playground.accounts.models import Learner, Workspace
from playground.builds.states import BuildState, ContainerState


class Project(models.Model):
    """A build context under a name. Deleting sets *deleted_at*; the sweep removes it for good a day later."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="projects")
    name = models.CharField(max_length=60)
    template = models.CharField(max_length=30, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class File(models.Model):
    """A file or folder of a project. *batch* names the deletion that took it away, so that one undo brings all back."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="files")
    path = models.CharField(max_length=255)
    kind = models.CharField(max_length=4, choices=[("file", "file"), ("dir", "folder")], default="file")
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(default=0)
    binary = models.BooleanField(default=False)
    executable = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(auto_now=True)
    batch = models.CharField(max_length=16, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("project", "path"), condition=models.Q(deleted_at=None), name="one_live_file_per_path"
            ),
        )

    def __str__(self) -> str:
        return self.path


class Build(models.Model):
    """One build, from the wish to its end. *manifest* freezes the context: what is built is what was there.

    *lease_until*: the worker's promise to be alive; the sweep takes a build back when it is over. *sent_at*: when
    it was last put on the queue. *sealed*: its stream has had its last event.
    """

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="builds")
    project = models.ForeignKey(Project, null=True, on_delete=models.SET_NULL, related_name="builds")
    stream = models.CharField(max_length=16)
    reference = models.CharField(max_length=200)
    dockerfile = models.CharField(max_length=255)
    target = models.CharField(max_length=128, blank=True)
    no_cache = models.BooleanField(default=False)
    manifest = models.JSONField()
    ignored = models.PositiveIntegerField(default=0)
    fingerprint = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=BuildState.choices, default=BuildState.QUEUED.value)
    attempt = models.PositiveSmallIntegerField(default=0)
    because = models.CharField(max_length=200, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    image = models.CharField(max_length=16, blank=True)
    failure = models.JSONField(null=True, blank=True)
    steps = models.PositiveSmallIntegerField(default=0)
    cached = models.PositiveSmallIntegerField(default=0)
    ahead = models.PositiveIntegerField(null=True, blank=True)
    sealed = models.BooleanField(default=False)

    class Meta:
        indexes = (models.Index(fields=("state", "created_at")),)

    def __str__(self) -> str:
        return f"{self.reference} ({self.state})"


class Image(models.Model):
    """An image of a learner under one name. *digest* is the engine's id; *layers* its history, oldest first.

    *foundation*: how many lines of the history came with the site's base image; *own*: what lies beyond it, see
    `footprint.py`. *used_at*: last built, named, run or built on; *going_at*: the learner was told that it is removed
    then, unless used (`idle.py`).
    """

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="images")
    reference = models.CharField(max_length=200)
    digest = models.CharField(max_length=80)
    state = models.CharField(max_length=8, choices=[("ready", "ready"), ("removing", "removing")], default="ready")
    size = models.PositiveBigIntegerField()
    created_at = models.DateTimeField()
    build = models.ForeignKey(Build, null=True, on_delete=models.SET_NULL, related_name="+")
    command = models.JSONField(default=list)
    ports = models.JSONField(default=list)
    layers = models.JSONField(default=list)
    foundation = models.PositiveSmallIntegerField(default=0)
    own = models.JSONField(default=list)
    used_at = models.DateTimeField(default=timezone.now)
    going_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("learner", "reference"), name="one_image_per_reference"),)

    def __str__(self) -> str:
        return self.reference


class Container(models.Model):
    """A container of a learner. *run* counts its starts; *used_at* and *going_at* are as an image's."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="containers")
    image = models.ForeignKey(Image, null=True, on_delete=models.SET_NULL, related_name="containers")
    stream = models.CharField(max_length=16)
    name = models.CharField(max_length=60)
    reference = models.CharField(max_length=200)
    digest = models.CharField(max_length=80)
    command = models.JSONField(default=list)
    env = models.JSONField(default=dict)
    memory = models.PositiveBigIntegerField()
    cpus = models.FloatField()
    network = models.CharField(max_length=4, choices=[("none", "none"), ("own", "own")], default="none")
    engine_id = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=12, choices=ContainerState.choices, default=ContainerState.CREATING.value)
    run = models.PositiveIntegerField(default=0)
    exit_code = models.IntegerField(null=True, blank=True)
    sentence = models.CharField(max_length=300, blank=True)
    stop_reason = models.CharField(max_length=12, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(default=timezone.now)
    going_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=("state",)),)

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"


class Run(models.Model):
    """One run of a container, from its start to its end: what a learner's running time is counted from.

    It names the container and does not point to it, since the time counts after the container is gone, too.
    """

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="+")
    container = models.CharField(max_length=16)
    number = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("container", "number"), name="one_row_per_run"),)

    def __str__(self) -> str:
        return f"run {self.number} of {self.container}"


class Notice(models.Model):
    """What was cleaned up of a learner's things and why, to be read when they come back."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="notices")
    at = models.DateTimeField(default=timezone.now)
    sentence = models.TextField()

    def __str__(self) -> str:
        return self.sentence


class BaseImage(models.Model):
    """A base image of this site and how far its making is."""

    reference = models.CharField(primary_key=True, max_length=100)
    about = models.CharField(max_length=200)
    state = models.CharField(max_length=8, default="missing")
    progress = models.FloatField(default=0.0)
    note = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.reference


class Pulse(models.Model):
    """A part of Drydock was here at *at*. `/health/` reads it: no pulse for a while means that part is down."""

    part = models.CharField(primary_key=True, max_length=20)
    at = models.DateTimeField()
    ok = models.BooleanField(default=True)
    note = models.CharField(max_length=400, blank=True)
    info = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return f"{self.part} at {self.at:%H:%M:%S}"
