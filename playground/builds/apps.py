"""Projects and their files, builds, images, containers; the worker's and the gateway's side of them."""

from django.apps import AppConfig


class BuildsConfig(AppConfig):
    name = "playground.builds"
    label = "builds"
