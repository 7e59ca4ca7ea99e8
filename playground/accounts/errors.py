"""The refusal that every app raises and one middleware answers: what happened, where, the smallest fix.

It is the lowest app's, so that all may raise it. A fault (a bug, a broken disk) is any other exception.
"""

from collections.abc import Mapping, Sequence
from typing import Any


class Refused(Exception):
    """Something a learner asked for that will not be done. *message* and *fix* are sentences for the learner."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        field: str = "",
        fix: str = "",
        status: int = 422,
        line: int | None = None,
        problems: Sequence[Mapping[str, Any]] = (),
        extra: Mapping[str, Any] | None = None,
        retry_after: int = 0,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field
        self.fix = fix
        self.status = status
        self.line = line
        self.problems = list(problems)
        self.extra = dict(extra or {})
        self.retry_after = retry_after


class NotFound(Refused):
    """There is no such object, or it is somebody else's: nobody may learn which."""

    def __init__(self, what: str) -> None:
        super().__init__("not-found", f"There is no such {what}, or it is not yours.", status=404)


def as_json(refused: Refused) -> dict[str, Any]:
    """The one shape of a refusal on the wire (docs/api.md)."""
    return {
        "error": {
            "code": refused.code,
            "message": refused.message,
            "field": refused.field,
            "line": refused.line,
            "column": None,
            "fix": refused.fix,
            "problems": refused.problems,
            **refused.extra,
        }
    }
