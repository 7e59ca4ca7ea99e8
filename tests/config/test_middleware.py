"""The one place that turns a refusal into an answer."""

import json

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from playground.accounts.errors import NotFound, Refused
from playground.config.middleware import refusals
from playground.engine import sandbox


def answer_to(exception: Exception, path: str = "/api/x/") -> HttpResponse | None:
    """What the middleware answers when a view raises."""

    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    return refusals(view).process_exception(RequestFactory().get(path), exception)


def test_a_refusal_is_json_under_the_api() -> None:
    answer = answer_to(Refused("code", "What.", status=409))
    assert answer is not None
    assert (answer.status_code, json.loads(answer.content)["error"]["code"]) == (409, "code")
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_refusal_of_the_sandbox_is_one_of_ours() -> None:
    too_much = sandbox.Refused(code="too-much", field="memory", message="What.", fix="Less.")
    answer = answer_to(too_much)
    assert answer is not None
    assert answer.status_code == 422
    error = json.loads(answer.content)["error"]
    assert (error["code"], error["field"], error["fix"]) == ("too-much", "memory", "Less.")


def test_who_comes_too_fast_hears_how_long_to_wait() -> None:
    answer = answer_to(Refused("too-fast", "What.", status=429, retry_after=7))
    assert answer is not None
    assert answer.headers["Retry-After"] == "7"


def test_elsewhere_a_refusal_is_a_page_with_its_sentences() -> None:
    answer = answer_to(Refused("code", "A <what>.", fix="Do this.", status=413), "/projects/new/")
    assert answer is not None
    assert answer.status_code == 413
    text = answer.content.decode()
    assert text.startswith("<!doctype html>")
    assert "A &lt;what&gt;." in text
    assert "Do this." in text


def test_elsewhere_what_is_not_there_is_the_page_for_that() -> None:
    answer = answer_to(NotFound("project"), "/projects/x/")
    assert answer is not None
    assert (answer.status_code, "belongs to somebody else" in answer.content.decode()) == (404, True)


@pytest.mark.parametrize("fault", [ValueError("bug"), OSError("disk")])
def test_a_fault_is_not_a_refusal(fault: Exception) -> None:
    assert answer_to(fault) is None
