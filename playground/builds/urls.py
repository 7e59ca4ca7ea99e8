"""The API's addresses (docs/api.md)."""

from django.urls import path

from playground.builds import api

PROJECT = "projects/<slug:project_id>/"

urlpatterns = [
    path("state/", api.whole_state),
    path("restore/", api.project_restore),
    path("projects/", api.project_list),
    path(PROJECT, api.project_one),
    path(f"{PROJECT}files/<path:path>", api.file_one),
    path(f"{PROJECT}folders/", api.folder_list),
    path(f"{PROJECT}move/", api.file_move),
    path(f"{PROJECT}delete/", api.file_delete),
    path(f"{PROJECT}restore/", api.file_restore),
    path(f"{PROJECT}upload/", api.upload),
    path(f"{PROJECT}archive/", api.project_archive),
    path(f"{PROJECT}check/", api.check),
    path(f"{PROJECT}builds/", api.build_list),
    path("builds/<slug:build_id>/", api.build_one),
    path("builds/<slug:build_id>/cancel/", api.build_cancel),
    path("images/", api.image_list),
    path("images/<slug:image_id>/", api.image_one),
    path("images/<slug:image_id>/tag/", api.image_tag),
    path("images/<slug:image_id>/keep/", api.image_keep),
    path("containers/", api.container_list),
    path("containers/<slug:container_id>/keep/", api.container_keep),
    *[path(f"containers/<slug:container_id>/{wish}/", api.container_act, {"wish": wish}) for wish in api.WISHES],
]
