"""Which address leads where. Pages are `web`'s, the API is `builds`', WebSockets are in `events/urls.py`."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/", include("playground.builds.urls")),
    path("", include("playground.web.urls")),
]
handler400 = "playground.web.errors.bad_request"
handler404 = "playground.web.errors.not_found"
handler500 = "playground.web.errors.broken"
