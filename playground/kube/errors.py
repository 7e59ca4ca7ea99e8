"""Refusals as the API server words them: ApiError carries a Status object. One function per kind of refusal.

Sources: k8s.io/apimachinery/pkg/api/errors/errors.go and pkg/util/validation/field/errors.go.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Status = dict[str, Any]

_ESCAPES = dict(zip('"\\\a\b\f\n\r\t\v', ('\\"', "\\\\", *(f"\\{letter}" for letter in "abfnrtv")), strict=True))


def quote(text: str) -> str:
    """Return `text` as Go's %q prints it (strconv.Quote)."""
    if text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(letter: str) -> str:
    if letter in _ESCAPES:
        return _ESCAPES[letter]
    if letter.isprintable():
        return letter
    code = ord(letter)
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


@dataclass(frozen=True, slots=True)
class FieldError:
    """One cause of an Invalid refusal. `message` begins with the type in words: "Invalid value: 0: must be ..."."""

    reason: str  # FieldValueInvalid, FieldValueRequired, FieldValueForbidden, ...
    field: str  # spec.containers[0].name
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"

    def cause(self) -> dict[str, str]:
        """Return it as an entry of status.details.causes."""
        return {"reason": self.reason, "message": self.message, "field": self.field}


class ApiError(Exception):
    """A request was refused. `status` is the Status object that a client of the real API would get."""

    def __init__(self, status: Status) -> None:
        super().__init__(status["message"])
        self.status = status

    @property
    def code(self) -> int:
        """Return the HTTP code."""
        code: int = self.status["code"]
        return code

    @property
    def reason(self) -> str:
        """Return the reason, "NotFound" for instance; "" for an error without one."""
        reason: str = self.status.get("reason", "")
        return reason

    @property
    def message(self) -> str:
        """Return the sentence a person reads."""
        message: str = self.status["message"]
        return message


def refusal(code: int, reason: str, message: str, details: Mapping[str, Any] | None = None) -> ApiError:
    """Return an ApiError; empty parts of `details` are left out, None leaves out the whole."""
    status: Status = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure"}
    status |= {"message": message, "reason": reason}
    if details is not None:
        status["details"] = {key: value for key, value in details.items() if value}
    status["code"] = code
    return ApiError(status)


def _about(resource: str, name: str = "") -> dict[str, Any]:
    """Return the details that name an object of "deployments.apps"."""
    plural, _, group = resource.partition(".")
    return {"name": name, "group": group, "kind": plural}


def not_found(resource: str, name: str) -> ApiError:
    """Refuse with 404: there is no such object. `resource` is qualified: "deployments.apps"."""
    return refusal(404, "NotFound", f"{resource} {quote(name)} not found", _about(resource, name))


def unknown_resource() -> ApiError:
    """Refuse with 404: the URL names a resource this server does not have."""
    return refusal(404, "NotFound", "the server could not find the requested resource", {})


def already_exists(resource: str, name: str) -> ApiError:
    """Refuse with 409: the name is taken."""
    return refusal(409, "AlreadyExists", f"{resource} {quote(name)} already exists", _about(resource, name))


def conflict(resource: str, name: str, message: str) -> ApiError:
    """Refuse with 409: somebody else wrote in between, or a precondition does not hold."""
    text = f"Operation cannot be fulfilled on {resource} {quote(name)}: {message}"
    return refusal(409, "Conflict", text, _about(resource, name))


def apply_conflict(message: str, causes: Sequence[Mapping[str, str]]) -> ApiError:
    """Refuse with 409: server-side apply met fields of other managers, one cause each."""
    return refusal(409, "Conflict", message, {"causes": [dict(cause) for cause in causes]})


def invalid(kind: str, group: str, name: str, causes: Sequence[FieldError]) -> ApiError:
    """Refuse with 422: the object breaks rules. The message tells each different cause once."""
    sentences = list(dict.fromkeys(str(cause) for cause in causes))
    told = sentences[0] if len(sentences) == 1 else f"[{', '.join(sentences)}]"
    qualified = f"{kind}.{group}" if group else kind
    message = f"{qualified} {quote(name)} is invalid" + (f": {told}" if sentences else "")
    details = {"name": name, "group": group, "kind": kind, "causes": [cause.cause() for cause in causes]}
    return refusal(422, "Invalid", message, details)


def unprocessable() -> ApiError:
    """Refuse with 422: a JSON patch that cannot be applied."""
    return refusal(422, "Invalid", "the server rejected our request due to an error in our request", {})


def bad_request(message: str) -> ApiError:
    """Refuse with 400: the request cannot be read."""
    return refusal(400, "BadRequest", message)


def unauthorized(message: str = "Unauthorized") -> ApiError:
    """Refuse with 401: nobody known asks."""
    return refusal(401, "Unauthorized", message)


def forbidden(resource: str, name: str, why: str, causes: Sequence[Mapping[str, str]] = ()) -> ApiError:
    """Refuse with 403: admission or authorisation says no, and why."""
    what = f"{resource} {quote(name)}" if name else resource
    message = f"{what} is forbidden: {why}" if resource else f"forbidden: {why}"
    return refusal(403, "Forbidden", message, _about(resource, name) | {"causes": [dict(cause) for cause in causes]})


def method_not_allowed() -> ApiError:
    """Refuse with 405: the path exists, the verb does not."""
    return refusal(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", {})


def method_not_supported(resource: str, action: str) -> ApiError:
    """Refuse with 405: the resource does not know the action."""
    message = f"{action} is not supported on resources of kind {quote(resource)}"
    return refusal(405, "MethodNotAllowed", message, _about(resource))


def not_acceptable(message: str) -> ApiError:
    """Refuse with 406: no representation the client would take."""
    return refusal(406, "NotAcceptable", message, {})


def unsupported_media_type(message: str = "") -> ApiError:
    """Refuse with 415: the body is in a format that is not read here."""
    known = "application/json, application/yaml, application/vnd.kubernetes.protobuf"
    told = message or f"the body of the request was in an unknown format - accepted media types include: {known}"
    return refusal(415, "UnsupportedMediaType", told, {} if message else None)


def gone(message: str) -> ApiError:
    """Refuse with 410 Expired: the asked revision or continue token has been compacted away."""
    return refusal(410, "Expired", message)


def too_many_requests(message: str, *, retry_after: int = 0, causes: Sequence[Mapping[str, str]] = ()) -> ApiError:
    """Refuse with 429: try again in `retry_after` seconds. An eviction that a budget stops is told so."""
    details = {"causes": [dict(cause) for cause in causes], "retryAfterSeconds": retry_after}
    return refusal(429, "TooManyRequests", message, details)


def internal_error(message: str) -> ApiError:
    """Refuse with 500: a fault on the server's side."""
    told = f"Internal error occurred: {message}"
    return refusal(500, "InternalError", told, {"causes": [{"message": message}]})


def plain(message: str) -> ApiError:
    """Refuse with 500 and no reason: what the real server makes of an error that is no Status."""
    return ApiError(
        {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message, "code": 500}
    )


def server_timeout(resource: str, operation: str, retry_after: int = 0) -> ApiError:
    """Refuse with 500 ServerTimeout: the operation may be tried again."""
    message = f"The {operation} operation against {resource} could not be completed at this time, please try again."
    return refusal(500, "ServerTimeout", message, _about(resource) | {"retryAfterSeconds": retry_after})


def too_large_resource_version(asked: int, current: int) -> ApiError:
    """Refuse with 504: the client asks for a revision that has not happened yet."""
    message = f"Timeout: Too large resource version: {asked}, current: {current}"
    causes = [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}]
    return refusal(504, "Timeout", message, {"causes": causes, "retryAfterSeconds": 1})
