"""Learners, their workspaces, and who may do what how often."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "playground.accounts"
    label = "accounts"
