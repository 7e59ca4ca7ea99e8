"""The pages: who sees what, which headers they carry, and what works without JavaScript."""

import html
import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from playground.accounts.models import Learner
from playground.builds import templates, trials
from playground.builds.limits import in_force
from playground.builds.models import Pulse
from playground.builds.services.projects import create_project
from playground.engine.health import RULES, State
from playground.events import log
from playground.web.health import MARKS
from playground.web.limits import groups
from tests.support.cast import Cast, client_of

pytestmark = pytest.mark.django_db(databases=["default", "events"])

PAGES = ["/", "/images/", "/limits/", "/health/", "/accounts/login/", "/accounts/signup/"]
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "connect-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


class Elements(HTMLParser):
    """Every element of a page with its attributes, and the text of each script."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self._script: dict[str, str | None] | None = None
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self._script = dict(attrs) if tag == "script" else None

    def handle_data(self, data: str) -> None:
        if self._script is not None:
            self.scripts.append((self._script, data))

    def handle_endtag(self, tag: str) -> None:
        self._script = None


def read(client: Client, path: str, status: int = 200) -> str:
    answer: Any = client.get(path)
    assert answer.status_code == status, answer.content[:600]
    text: str = answer.content.decode()
    return text


def snapshot(page: str) -> dict[str, Any]:
    """What the page hands to its scripts."""
    (text,) = [text for attributes, text in Elements(page).scripts if attributes.get("id") == "page"]
    parsed: dict[str, Any] = json.loads(text)
    return parsed


# --- who sees what ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
def test_a_page_opens_for_a_stranger_and_for_the_owner(path: str, cast: Cast) -> None:
    for client in (cast.as_stranger, cast.as_owner):
        assert "</html>" in read(client, path)


def test_every_page_with_an_address_of_its_own_is_tried() -> None:
    names = ("home", "images", "limits", "health", "login", "signup")
    assert [reverse(name) for name in names] == PAGES


@pytest.mark.parametrize("path", PAGES)
def test_looking_at_pages_leaves_no_learner_and_no_cookie_but_the_forms_token(path: str, client: Client) -> None:
    read(client, path)
    assert set(client.cookies) <= {"csrftoken"}
    assert not Learner.objects.exists()


def test_a_project_page_holds_the_project_as_it_is(cast: Cast) -> None:
    page = snapshot(read(cast.as_owner, f"/projects/{cast.project.id}/"))
    assert page["project"]["id"] == cast.project.id
    assert [file["path"] for file in page["project"]["files"]] == ["Dockerfile", "greeting.txt"]
    assert page["project"]["seq"] == log.head(cast.owner.workspace.stream)
    assert page["state"]["workspace"]["stream"] == cast.owner.workspace.stream
    assert page["context"]["files"] == 2


def test_a_project_page_of_somebody_else_is_the_page_for_what_is_not_there(cast: Cast) -> None:
    for client in (cast.as_other, cast.as_stranger):
        text = read(client, f"/projects/{cast.project.id}/", status=404)
        assert "belongs to somebody else" in text
        assert cast.project.id not in text
        assert cast.project.name not in text


def test_the_home_page_shows_the_visitors_own_projects_only(cast: Cast) -> None:
    link = f'href="/projects/{cast.project.id}/"'
    assert link in read(cast.as_owner, "/")
    assert link not in read(cast.as_other, "/")


def test_a_name_is_text_wherever_it_stands(cast: Cast) -> None:
    evil = "</script><img src=x onerror=alert(1)>"
    project = create_project(learner=cast.owner, template="hello", name=evil)
    for path in ("/", f"/projects/{project.id}/"):
        text = read(cast.as_owner, path)
        assert "<img src=x" not in text
        assert evil in [found["name"] for found in snapshot(text)["state"]["projects"]]


# --- headers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*PAGES, "/projects/PROJECT/", "/nothing/", "/api/state/", "/health.json"])
def test_every_answer_carries_the_whole_policy_and_nothing_unsafe(path: str, cast: Cast) -> None:
    answer = cast.as_owner.get(path.replace("PROJECT", cast.project.id))
    policy = answer.headers["Content-Security-Policy"]
    assert dict(part.strip().split(" ", 1) for part in policy.split(";")) == POLICY
    assert "unsafe" not in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize("path", [*PAGES, "/projects/PROJECT/", "/nothing/"])
def test_no_page_needs_what_the_policy_forbids(path: str, cast: Cast) -> None:
    page = Elements(cast.as_owner.get(path.replace("PROJECT", cast.project.id)).content.decode())
    for attributes, text in page.scripts:
        assert attributes.get("type") == "application/json", text[:80]
    for tag, attributes in page.found:
        assert tag not in {"style", "base", "iframe", "object", "embed"}
        assert not [name for name in attributes if name == "style" or name.startswith("on")], (tag, attributes)
        for name in ("src", "action"):
            assert not re.match(r"(https?:)?//|javascript:", attributes.get(name) or "")


@pytest.mark.parametrize("path", ["/", "/images/", "/limits/", "/health/", "/projects/PROJECT/", "/health.json"])
def test_no_page_may_be_kept_by_a_cache(path: str, cast: Cast) -> None:
    answer = cast.as_owner.get(path.replace("PROJECT", cast.project.id))
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/", "/images/", "/limits/", "/health/", "/health.json", "/projects/PROJECT/"])
def test_a_page_takes_no_writes(path: str, cast: Cast) -> None:
    assert cast.as_owner.post(path.replace("PROJECT", cast.project.id)).status_code == 405


# --- without JavaScript -----------------------------------------------------------------------------------------------


def forms_of(page: str) -> list[dict[str, str]]:
    """The fields of every form that starts a project."""
    forms: list[dict[str, str]] = []
    for tag, attributes in Elements(page).found:
        if tag == "form":
            forms.append({"action": attributes.get("action") or "", "method": attributes.get("method") or ""})
        elif forms and tag in {"input", "button"} and attributes.get("name"):
            forms[-1][str(attributes["name"])] = attributes.get("value") or ""
    return [form for form in forms if form["action"] == "/projects/new/"]


def test_every_start_on_the_home_page_works_as_a_plain_form() -> None:
    forms = forms_of(read(client_of(None), "/"))
    assert {form["template"] for form in forms} == set(templates.TEMPLATES)
    for form in forms:
        client = Client(enforce_csrf_checks=True)
        client.cookies["csrftoken"] = token = "a" * 32
        answer = client.post(form["action"], {"template": form["template"], "csrfmiddlewaretoken": token})
        assert answer.status_code == 302
        page = snapshot(read(client, answer.headers["Location"]))
        assert page["project"]["template"] == form["template"]
        assert page["project"]["files"]


def test_the_token_in_the_form_is_the_one_that_is_asked_for() -> None:
    client = Client(enforce_csrf_checks=True)
    form = forms_of(read(client, "/"))[0]
    assert form["method"] == "post"
    assert client.post(form["action"], form).status_code == 302
    again = client.post(form["action"], {"template": "hello", "csrfmiddlewaretoken": "b" * 64})
    assert again.status_code == 403
    assert "Load the page again." in again.content.decode()


def test_a_start_that_is_not_there_says_which_are(client: Client) -> None:
    answer = client.post("/projects/new/", {"template": "windows"})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "There is no template “windows”." in text
    assert "Take hello, " in text


# --- limits and health ------------------------------------------------------------------------------------------------


def test_every_limit_stands_in_exactly_one_group() -> None:
    listed = [row["key"] for group in groups() for row in group["rows"]]
    assert sorted(listed) == sorted(in_force())
    assert all(group["rows"] for group in groups())


def test_the_limits_page_lists_every_limit_once_with_its_value(client: Client) -> None:
    text = html.unescape(read(client, "/limits/"))
    rows = re.findall(r'<tr><th scope="row">(.+?)</th><td class="num">(.+?)</td>', text)
    assert sorted(rows) == sorted((limit.title, limit.text) for limit in in_force().values())


def test_the_health_page_says_of_every_part_how_it_is(client: Client) -> None:
    text = read(client, "/health/")
    for part in client.get("/health.json").json()["parts"]:
        assert part["title"] in text
    assert "No worker takes builds" in text
    assert '/health.json"' in text


def shown(client: Client, but: dict[str, State]) -> str:
    """The health page after a trial in which everything held *but* these."""
    now = timezone.now().timestamp()
    results: dict[str, tuple[State, str]] = {
        rule.key: (but.get(rule.key, "enforced"), f"Tried <{rule.key}>.") for rule in RULES
    }
    told = trials.Record(engine="e 1 t", limits=trials.limits_mark(), began=now - 21, ended=now, results=results)
    engine = {"version": "1", "api_version": "1.41", "heredocs": False, "storage_driver": "", "cgroup_version": "",
              "id": "e", "started": "t"}  # fmt: skip
    for part, info in (("engine", engine), (trials.PART, told.as_info())):
        Pulse.objects.update_or_create(part=part, defaults={"at": timezone.now(), "info": info})
    return read(client, "/health/")


def test_the_health_page_shows_each_rule_with_its_state_in_words_and_what_was_tried(client: Client) -> None:
    states: dict[str, State] = {
        "run.memory": "not enforced", "run.disk": "cannot be had here", "run.cpus": "not tried yet",
    }  # fmt: skip
    text = shown(client, states)
    for rule in RULES:
        assert f"Tried &lt;{rule.key}&gt;." in text
        assert html.escape(rule.title) in text
        hidden = states.get(rule.key, "enforced") in {"enforced", "not tried yet"}
        assert (html.escape(rule.otherwise) in text) or hidden
    pills = re.findall(r'<use href="#mark-([a-z-]+)"/></svg>([a-z ]+)</span>', text)
    assert sorted(set(pills)) == sorted((mark, state) for state, mark in MARKS.items())
    assert len(pills) == len(RULES)
    assert f"{len(RULES) - 3} of {len(RULES)} enforced" in text
    assert "2 essential limits were not seen to hold" in text
    assert "in 21 s" in text


def test_the_health_page_says_when_strangers_may_come_and_when_nobody_has_tried(
    client: Client, settings: Settings
) -> None:
    assert "strangers may build and run here" in shown(client, {"build.cpus": "not enforced"})
    settings.DRYDOCK_REQUIRE_HARDENED = True
    text = shown(client, {"build.memory": "not enforced"})
    assert "1 essential limit was not seen to hold" in text
    assert "Limits that are required" in text
    settings.DRYDOCK_CANARY = False
    assert "Nobody has tried" in shown(client, {})


def test_before_the_first_trial_the_health_page_says_so(client: Client) -> None:
    text = read(client, "/health/")
    assert "Not tried yet" in text
    assert text.count("not tried yet</span>") == len(RULES)


# --- what went wrong --------------------------------------------------------------------------------------------------


def test_an_address_that_is_not_there_is_a_page_with_a_way_back(client: Client) -> None:
    text = read(client, "/nothing/", status=404)
    assert "That is not here" in text
    assert 'href="/"' in text


def test_a_fault_of_ours_is_a_page_that_shows_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(learner: object) -> None:
        raise RuntimeError("a secret")

    monkeypatch.setattr("playground.builds.state.state_of", broken)
    client = Client(raise_request_exception=False)
    text = read(client, "/", status=500)
    assert "a secret" not in text
    assert "Traceback" not in text
    assert "</html>" in text


def test_debugging_is_off_in_tests_so_that_error_pages_are_the_real_ones() -> None:
    assert not settings.DEBUG
