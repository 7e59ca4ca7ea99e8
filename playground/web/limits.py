"""The table of limits in groups, as the page shows it."""

from typing import Any

from playground.builds.limits import in_force

TITLES = {
    "Files and projects": ("file.", "project.", "path.", "upload.", "dockerfile.", "learner.projects"),
    "Builds and images": ("build.", "image.", "learner.images"),
    "Containers": ("run.", "text.", "learner.running", "learner.containers"),
    "How often": ("rate.",),
}


def groups() -> list[dict[str, Any]]:
    """Every limit in force, in groups; each stands in exactly one."""
    table = in_force()
    return [
        {
            "title": title,
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
