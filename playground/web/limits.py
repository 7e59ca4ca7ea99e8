"""The table of limits in groups, as the page shows it."""

from typing import Any

from playground.builds import health
from playground.builds.limits import in_force

PACKAGES = "Package installs in builds"
TITLES = {
    "Files and projects": ("file.", "project.", "path.", "upload.", "dockerfile.", "learner.projects"),
    "Builds and images": ("build.", "image.", "learner.image"),
    "Containers": ("run.", "text.", "learner.running", "learner.containers", "learner.run_seconds"),
    "Everybody together": ("engine.memory", "engine.cpus", "engine.processes", "engine.disk"),
    "Cleaning up": ("learner.idle", "engine.headroom", "disk."),
    PACKAGES: ("egress.",),
    "How often": ("rate.",),
}


def groups() -> list[dict[str, Any]]:
    """Every limit in force, in groups; each stands in exactly one."""
    table = in_force()
    return [
        {
            "title": title,
            "note": health.packages_sentence() if title == PACKAGES else "",
            "rows": [
                {
                    "key": key,
                    "title": limit.title,
                    "value_text": limit.text,
                    "sentence": limit.sentence,
                    "enforced_by": limit.enforced_by,
                }
                for key, limit in table.items()
                if key.startswith(prefixes)
            ],
        }
        for title, prefixes in TITLES.items()
    ]
