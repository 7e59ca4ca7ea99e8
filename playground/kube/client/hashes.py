"""The hash that names what a template makes: "web-7d9f8c6b5". The words are Kubernetes' alphabet, the digest our own.

The real one is FNV-1a of a Go dump of the struct (pkg/controller/controller_utils.go, ComputeHash); its exact value
is promised to nobody, only that the same template and collision count give the same one.
"""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import Any

from playground.kube.names import ALPHABET


def hash_of(value: Any, collisions: int | None = None) -> str:
    """Return ten letters for a value; *collisions* (a status' collisionCount) makes another hash of the same value."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    digest = blake2b(text.encode() + (b"" if collisions is None else b"#%d" % collisions), digest_size=10).digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest)
