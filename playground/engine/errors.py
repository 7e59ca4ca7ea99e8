"""What can go wrong at the Docker boundary. A refusal that a learner can mend is a value; these are faults."""


class EngineError(Exception):
    """The engine answered, but not with success. *message* is its own text; *status* its HTTP status (0: none)."""

    def __init__(self, message: str, *, status: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


class EngineDown(EngineError):
    """No engine answers. *message* says where we looked."""


class NotFound(EngineError):
    """The engine does not know the object named."""


class Conflict(EngineError):
    """The object is in use or in a state that forbids the call."""


class BadTrace(EngineError):
    """The engine's account of a build cannot be read: cut off or not what BuildKit writes."""
