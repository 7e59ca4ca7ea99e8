"""The JSON API of docs/api.md. A view reads, authorises by `access`, calls one service, answers; nothing else."""

import io
import re
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse

from playground.accounts.errors import NotFound, Refused
from playground.accounts.middleware import visitor_of
from playground.accounts.models import Learner
from playground.builds import access, archive, blobs, contexts, forms, state
from playground.builds.door import door, tab_of, throttle_builds
from playground.builds.models import Project
from playground.builds.quota import usage
from playground.builds.services import builds, containers, files, images, projects, uploads
from playground.builds.services.workspaces import ensure_learner
from playground.builds.states import ContainerState
from playground.builds.summaries import (
    base_image,
    build_summary,
    container_summary,
    file_summary,
    image_summary,
)

VERSION = re.compile(r'(?:W/)?"?([0-9]{1,9})"?')
"""A file's version as If-Match has it."""


def _mine(request: HttpRequest, project_id: str) -> tuple[Learner, Project]:
    """The learner and the project, for a write: known, within the rate, and the owner."""
    if visitor_of(request).learner is None:
        raise NotFound("project")
    learner = ensure_learner(request)
    return learner, access.project_for(learner, project_id)


def _known(request: HttpRequest, what: str) -> Learner:
    if visitor_of(request).learner is None:
        raise NotFound(what)
    return ensure_learner(request)


def _files(project: Project, **more: Any) -> JsonResponse:
    listed = [file_summary(file).model_dump() for file in access.files_of(project)]
    return JsonResponse({"files": listed, "context": contexts.context_of(project).summary(), **more})


@door("GET")
def whole_state(request: HttpRequest) -> HttpResponse:
    """Everything the pages begin with."""
    return JsonResponse(state.state_of(visitor_of(request).learner))


@door("POST")
def project_list(request: HttpRequest) -> HttpResponse:
    """Make a project; a stranger becomes a guest by it."""
    body = forms.read(request, forms.NewProject)
    project = projects.create_project(learner=ensure_learner(request), template=body.template, name=body.name)
    return JsonResponse({"project": state.project_brief(project)}, status=201)


@door("GET", "PATCH", "DELETE")
def project_one(request: HttpRequest, project_id: str) -> HttpResponse:
    """One project: look, rename, delete."""
    if request.method == "GET":
        project = access.project_for(visitor_of(request).learner, project_id)
        return JsonResponse(state.project_whole(project))
    learner, project = _mine(request, project_id)
    if request.method == "DELETE":
        projects.delete_project(learner=learner, project=project)
        return JsonResponse({"undo": project.id})
    projects.rename_project(learner=learner, project=project, name=forms.read(request, forms.Rename).name)
    return JsonResponse({"project": state.project_brief(project)})


@door("POST")
def project_restore(request: HttpRequest) -> HttpResponse:
    """Bring a deleted project back."""
    body = forms.read(request, forms.Undo)
    project = projects.restore_project(learner=_known(request, "deleted project"), project_id=body.undo)
    return JsonResponse({"project": state.project_brief(project)})


@door("GET", "PUT")
def file_one(request: HttpRequest, project_id: str, path: str) -> HttpResponse:
    """One file's bytes: never as a page of ours, always as a download."""
    if request.method == "PUT":
        return _save(request, project_id, path)
    project = access.project_for(visitor_of(request).learner, project_id)
    file = access.file_for(project, path)
    answer = HttpResponse(blobs.read(file.sha256), content_type="application/octet-stream")
    answer["ETag"] = f'"{file.version}"'
    answer["Content-Disposition"] = "attachment"
    return answer


def _save(request: HttpRequest, project_id: str, path: str) -> HttpResponse:
    learner, project = _mine(request, project_id)
    match = VERSION.fullmatch(request.headers.get("If-Match", "").strip())
    if match is None and request.headers.get("If-None-Match") != "*":
        message = "Say which version you edit: If-Match, or If-None-Match: * for a new file."
        raise Refused("no-version", message, status=428)
    expected = int(match[1]) if match else None
    file = files.save_file(
        learner=learner, project=project, path=path, content=request.body, expected=expected, tab=tab_of(request)
    )
    return JsonResponse({"file": file_summary(file).model_dump(), "context": contexts.context_of(project).summary()})


@door("POST")
def folder_list(request: HttpRequest, project_id: str) -> HttpResponse:
    """An empty folder."""
    learner, project = _mine(request, project_id)
    body = forms.read(request, forms.OnePath)
    folder = files.make_folder(learner=learner, project=project, path=body.path, tab=tab_of(request))
    return JsonResponse({"file": file_summary(folder).model_dump()}, status=201)


@door("POST")
def file_move(request: HttpRequest, project_id: str) -> HttpResponse:
    """Rename or move."""
    learner, project = _mine(request, project_id)
    body = forms.read(request, forms.Move)
    files.move_file(learner=learner, project=project, source=body.source, to=body.to, tab=tab_of(request))
    return _files(project)


@door("POST")
def file_delete(request: HttpRequest, project_id: str) -> HttpResponse:
    """Delete, with what undoes it."""
    learner, project = _mine(request, project_id)
    body = forms.read(request, forms.OnePath)
    batch = files.delete_file(learner=learner, project=project, path=body.path, tab=tab_of(request))
    return _files(project, undo=batch)


@door("POST")
def file_restore(request: HttpRequest, project_id: str) -> HttpResponse:
    """Undo a deletion."""
    learner, project = _mine(request, project_id)
    body = forms.read(request, forms.Undo)
    files.restore_files(learner=learner, project=project, batch=body.undo, tab=tab_of(request))
    return _files(project)


@door("POST")
def upload(request: HttpRequest, project_id: str) -> HttpResponse:
    """Files and archives. A browser sends only the last part of a file's name, so paths come beside in `path`."""
    learner, project = _mine(request, project_id)
    sent, paths = request.FILES.getlist("file"), request.POST.getlist("path")
    forms.check_upload(sum(file.size or 0 for file in sent))
    into = request.POST.get("into", "").strip("/")
    named = [
        (f"{into}/{path}" if into else path, file)
        for file, path in zip(
            sent, paths if len(paths) == len(sent) else [file.name or "" for file in sent], strict=True
        )
    ]
    added = uploads.upload_files(
        learner=learner, project=project, uploads=named, unpack=request.POST.get("unpack") == "1", tab=tab_of(request)
    )
    return _files(project, added=[file.path for file in added])


@door("GET")
def project_archive(request: HttpRequest, project_id: str) -> FileResponse:
    """The project as .tar.gz."""
    project = access.project_for(visitor_of(request).learner, project_id)
    packed = io.BytesIO(archive.pack(project))
    name = archive.file_name(project)
    return FileResponse(packed, as_attachment=True, filename=name, content_type="application/gzip")


@door("POST", writes=False)
def check(request: HttpRequest, project_id: str) -> HttpResponse:
    """Every problem that can be seen before building."""
    learner = visitor_of(request).learner
    project = access.project_for(learner, project_id)
    body = forms.read(request, forms.Check)
    problems, targets = builds.check_project(
        learner=learner, project=project, dockerfile=body.dockerfile, target=body.target, text=body.text
    )
    return JsonResponse({"problems": [builds.problem_json(problem) for problem in problems], "targets": targets})


@door("POST")
def build_list(request: HttpRequest, project_id: str) -> HttpResponse:
    """Ask for a build."""
    learner, project = _mine(request, project_id)
    throttle_builds(request, learner)
    body = forms.read(request, forms.NewBuild)
    build, new = builds.request_build(
        learner=learner,
        project=project,
        reference=body.reference,
        dockerfile=body.dockerfile,
        target=body.target or "",
        no_cache=body.no_cache,
    )
    return JsonResponse({"build": build_summary(build).model_dump()}, status=201 if new else 200)


@door("GET")
def build_one(request: HttpRequest, build_id: str) -> HttpResponse:
    """How a build is."""
    build = access.build_for(visitor_of(request).learner, build_id)
    return JsonResponse({"build": build_summary(build).model_dump()})


@door("POST")
def build_cancel(request: HttpRequest, build_id: str) -> HttpResponse:
    """Take the wish back."""
    build = access.build_for(_known(request, "build"), build_id)
    did = builds.cancel_build(build=build)
    build.refresh_from_db()
    return JsonResponse({"build": build_summary(build).model_dump(), "did": did})


@door("GET")
def image_list(request: HttpRequest) -> HttpResponse:
    """Own images, base images, and how much room is left."""
    learner = visitor_of(request).learner
    return JsonResponse(
        {
            "images": [image_summary(image).model_dump() for image in access.images_of(learner)],
            "base": [base_image(row).model_dump() for row in access.base_images()],
            "usage": usage(learner),
        }
    )


@door("GET", "DELETE")
def image_one(request: HttpRequest, image_id: str) -> HttpResponse:
    """One image: look, remove."""
    if request.method == "GET":
        image = access.image_for(visitor_of(request).learner, image_id)
        return JsonResponse({"image": image_summary(image).model_dump()})
    learner = _known(request, "image")
    image = images.remove_image(learner=learner, image=access.image_for(learner, image_id))
    return JsonResponse({"image": image_summary(image).model_dump()}, status=202)


@door("POST")
def image_tag(request: HttpRequest, image_id: str) -> HttpResponse:
    """Another name for an image."""
    learner = _known(request, "image")
    body = forms.read(request, forms.Tag)
    twin = images.tag_image(learner=learner, image=access.image_for(learner, image_id), reference=body.reference)
    return JsonResponse({"image": image_summary(twin).model_dump()}, status=201)


@door("POST")
def image_keep(request: HttpRequest, image_id: str) -> HttpResponse:
    """It is of use: do not remove it for having been unused."""
    image = images.keep_image(image=access.image_for(_known(request, "image"), image_id))
    return JsonResponse({"image": image_summary(image).model_dump()})


@door("GET", "POST")
def container_list(request: HttpRequest) -> HttpResponse:
    """All containers; or run an image."""
    if request.method == "GET":
        found = access.containers_of(visitor_of(request).learner)
        return JsonResponse({"containers": [container_summary(container).model_dump() for container in found]})
    learner = _known(request, "image")
    body = forms.read(request, forms.NewContainer)
    container = containers.run_image(
        learner=learner,
        image=access.image_for(learner, body.image),
        command=body.command,
        env=body.env,
        memory=body.memory,
        cpus=body.cpus,
        network=body.network,
    )
    return JsonResponse({"container": container_summary(container).model_dump()}, status=201)


WISHES = {
    "start": ContainerState.STARTING,
    "stop": ContainerState.STOPPING,
    "restart": ContainerState.RESTARTING,
    "remove": ContainerState.REMOVING,
}


@door("POST")
def container_keep(request: HttpRequest, container_id: str) -> HttpResponse:
    """The same for a container."""
    found = access.container_for(_known(request, "container"), container_id)
    container = containers.keep_container(container=found)
    return JsonResponse({"container": container_summary(container).model_dump(), "did": True})


@door("POST")
def container_act(request: HttpRequest, container_id: str, wish: str) -> HttpResponse:
    """Start, stop, restart, remove."""
    container = access.container_for(_known(request, "container"), container_id)
    did = containers.act(container=container, wish=WISHES[wish])
    container.refresh_from_db()
    return JsonResponse({"container": container_summary(container).model_dump(), "did": did}, status=202)
