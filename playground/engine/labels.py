"""The labels that everything of ours on an engine carries. Called by `sandbox` (writes) and the adapters (read)."""

from collections.abc import Mapping

from playground.engine.port import Owner

INSTANCE = "drydock.instance"
OWNER = "drydock.owner"
JOB = "drydock.job"
RECIPE = "drydock.recipe"  # on base images: the hash of the recipe they were made by


def labels_of(owner: Owner) -> dict[str, str]:
    """What to write on an object of *owner*."""
    return {INSTANCE: owner.instance, OWNER: owner.learner, JOB: owner.job}


def owner_of(labels: Mapping[str, str]) -> Owner:
    """Whose object carries these labels; '' for what they do not tell."""
    return Owner(instance=labels.get(INSTANCE, ""), learner=labels.get(OWNER, ""), job=labels.get(JOB, ""))
