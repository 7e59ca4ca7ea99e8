"""Why a command fails, and how kubectl tells it. Source: k8s.io/kubectl/pkg/cmd/util/helpers.go (checkErr)."""

from collections.abc import Mapping, Sequence
from typing import Any

Status = Mapping[str, Any]


class KubectlError(Exception):
    """What ends a command. `told()` is the text for standard error, with its newline; "" says nothing more."""

    def told(self) -> str:
        """Return what is printed."""
        raise NotImplementedError

    def inner(self) -> str:
        """Return how it is told as one of several."""
        return str(self)


class CommandError(KubectlError):
    """A complaint of kubectl itself."""

    def told(self) -> str:
        """Return the complaint after the word error, unless it begins so already."""
        text = str(self)
        return (text if text.startswith("error: ") else f"error: {text}").rstrip("\n") + "\n"


class Plain(KubectlError):
    """A complaint that is told as it stands."""

    def told(self) -> str:
        """Return the complaint."""
        return f"{self}\n"


class Silent(KubectlError):
    """The command failed and has said already why."""

    def told(self) -> str:
        """Return nothing."""
        return ""


class ServerError(KubectlError):
    """A refusal of the API server; `source` is what was being done, such as `creating "pod.yaml"`."""

    def __init__(self, status: Status, source: str = "") -> None:
        message = status.get("message") or ""
        super().__init__(f"error when {source}: {message}" if source else message)
        self.status = status

    @property
    def reason(self) -> str:
        """Return the Status' reason."""
        return self.status.get("reason") or ""

    def told(self) -> str:
        """Return the reason and the message; a refusal for broken rules is told cause by cause."""
        return _invalid(self.status) if self.reason == "Invalid" else f"{self.inner()}\n"

    def inner(self) -> str:
        """Return the reason and the message."""
        if self.reason == "Unauthorized":
            return f"error: You must be logged in to the server ({self})"
        return f"Error from server ({self.reason}): {self}" if self.reason else f"Error from server: {self}"


class Several(KubectlError):
    """More than one failure, each told in a line."""

    def __init__(self, failures: Sequence[KubectlError]) -> None:
        super().__init__(f"{len(failures)} failures")
        self.failures = failures

    def told(self) -> str:
        """Return a line for each."""
        return "".join(f"{failure.inner()}\n" for failure in self.failures)


def _invalid(status: Status) -> str:
    details = status.get("details")
    if details is None:
        message = status.get("message")
        return f"The request is invalid: {message}\n" if message else "The request is invalid\n"
    kind, name = details.get("kind") or "", details.get("name") or ""
    causes = [f"{cause.get('field', '')}: {cause.get('message', '')}" for cause in details.get("causes") or []]
    head = f'The {kind} "{name}" is invalid' if kind or name else "The request is invalid"
    if not causes:
        return f"{head}\n" if kind or name or not status.get("message") else f"{head}: {status['message']}\n"
    told = list(dict.fromkeys(causes))
    if len(told) == 1:
        return f"{head}: {told[0]}\n"
    return f"{head}: \n" + "".join(f"* {cause}\n" for cause in told)


def raise_all(failures: Sequence[KubectlError]) -> None:
    """End the command when something failed: one failure stands for itself."""
    if failures:
        raise failures[0] if len(failures) == 1 else Several(failures)
