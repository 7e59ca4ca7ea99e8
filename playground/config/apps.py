"""The frame as a Django app: Celery's app is made here, and the system checks are registered."""

from django.apps import AppConfig

from playground.config import celery


class ConfigConfig(AppConfig):
    name = "playground.config"
    label = "config"

    def ready(self) -> None:
        """Models are loaded now."""
        celery.app.set_default()
        from playground.config import checks  # noqa: F401, PLC0415  (importing registers them; needs models)
