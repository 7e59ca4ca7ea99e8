"""DefaultTolerationSeconds: unless it says else, a pod stays five minutes on a node that is not ready or is lost.

Source: plugin/pkg/admission/defaulttolerationseconds/admission.go.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.kube.apiserver.admission.plugin import Plugin, Request

SECONDS = 300
_KEYS = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")


def admit(request: Request) -> None:
    """Add the tolerations a pod has not."""
    if not request.is_for("pods"):
        return
    spec = request.draft()["spec"]
    tolerations = spec.get("tolerations") or []
    missing = [key for key in _KEYS if not any(_tolerates(toleration, key) for toleration in tolerations)]
    if missing:
        added = [
            {"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": SECONDS} for key in missing
        ]
        spec["tolerations"] = [*tolerations, *added]


def _tolerates(toleration: Mapping[str, Any], key: str) -> bool:
    return toleration.get("key", "") in {"", key} and toleration.get("effect", "") in {"", "NoExecute"}


PLUGIN = Plugin("DefaultTolerationSeconds", ("CREATE", "UPDATE"), admit=admit)
