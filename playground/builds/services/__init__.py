"""One function a use case, `verb_noun(*, …)`: the only writers of this app's rows on behalf of a learner."""
