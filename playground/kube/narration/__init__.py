"""One plain sentence for each change: who did what to which object, and why. Computed, never stored."""

from playground.kube.narration.narrator import Narrator, Sentence, narrate

__all__ = ["Narrator", "Sentence", "narrate"]
