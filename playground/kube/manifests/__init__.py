"""Manifests as people write them: YAML or JSON text to objects with their places, and back. No kind is known."""

from playground.kube.manifests.manifest import Manifest, ManifestError
from playground.kube.manifests.reader import read
from playground.kube.manifests.writer import write

__all__ = ["Manifest", "ManifestError", "read", "write"]
