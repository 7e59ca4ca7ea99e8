"""Addresses of pages."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from playground.web import accounts, pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("projects/new/", pages.new_project, name="new-project"),
    path("projects/<slug:project_id>/", pages.project, name="project"),
    path("images/", pages.images, name="images"),
    path("limits/", pages.limits, name="limits"),
    path("health/", pages.health, name="health"),
    path("health.json", pages.health_json, name="health-json"),
    path("accounts/login/", accounts.Login.as_view(), name="login"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("accounts/signup/", accounts.signup, name="signup"),
]
