"""Why a patch cannot be applied; patching.py words these as Status objects."""

from __future__ import annotations


class BadPatch(Exception):
    """The patch itself is malformed: 400."""


class Inapplicable(Exception):
    """The patch does not fit the document: 422."""


class Fault(Exception):
    """The real server fails with a plain error here: 500."""
