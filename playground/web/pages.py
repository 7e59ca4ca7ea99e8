"""The pages: each gathers a snapshot and hands it to a template. `new_project` alone writes, by a service."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from playground.accounts.middleware import visitor_of
from playground.builds import access, state, templates
from playground.builds import health as site_health
from playground.builds.door import door
from playground.builds.limits import in_force
from playground.builds.services.projects import create_project
from playground.builds.services.workspaces import ensure_learner
from playground.builds.summaries import base_image
from playground.web import limits as limits_page
from playground.web.health import groups, tried_at, verdict


def _page(request: HttpRequest, template: str, nav: str, page: dict[str, Any], **more: Any) -> HttpResponse:
    """Render with what every page begins with."""
    whole = {
        "state": state.state_of(visitor_of(request).learner),
        "limits": {key: limit.value for key, limit in in_force().items()},
        "base": [base_image(row).model_dump() for row in access.base_images()],
        **page,
    }
    return render(request, template, {"page": whole, "nav": nav, **more})


def _templates() -> list[dict[str, Any]]:
    ready = {row.reference for row in access.base_images() if row.state == "ready"}
    return [
        {
            "key": template.key,
            "title": template.title,
            "about": template.about,
            "image": template.image,
            "ready": template.image in ready,
        }
        for template in templates.TEMPLATES.values()
    ]


@require_GET
@never_cache
@ensure_csrf_cookie
def home(request: HttpRequest) -> HttpResponse:
    """What one can do here, and where one left off."""
    page = {"templates": _templates()}
    return _page(request, "pages/home.html", "home", page, templates=page["templates"])


@require_POST
@door("POST")
def new_project(request: HttpRequest) -> HttpResponse:
    """Make a project from a template and open it: a plain form, so the first click needs no JavaScript."""
    project_made = create_project(learner=ensure_learner(request), template=request.POST.get("template", "hello"))
    return redirect("project", project_id=project_made.id)


@require_GET
@never_cache
@ensure_csrf_cookie
def project(request: HttpRequest, project_id: str) -> HttpResponse:
    """The build page."""
    found = access.project_for(visitor_of(request).learner, project_id)
    page = {**state.project_whole(found), "templates": _templates()}
    return _page(request, "pages/build.html", "build", page, project=found)


@require_GET
@never_cache
@ensure_csrf_cookie
def images(request: HttpRequest) -> HttpResponse:
    """Images and containers."""
    return _page(request, "pages/images.html", "images", {})


@require_GET
@never_cache
def limits(request: HttpRequest) -> HttpResponse:
    """The table of limits."""
    return _page(request, "pages/limits.html", "limits", {}, limits=limits_page.groups())


@require_GET
@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """Which parts work, and what came of trying the limits."""
    report = site_health.report()
    more = {"groups": groups(report), "verdict": verdict(report), "tried_at": tried_at(report)}
    page = {"health": report}
    return _page(request, "pages/health.html", "health", page, parts=report["parts"], trial=report["trial"], **more)


@require_GET
@never_cache
def health_json(request: HttpRequest) -> HttpResponse:
    """The same for programs: 200 while the site can be used at all."""
    return JsonResponse(site_health.report())
