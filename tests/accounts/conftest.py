"""The cast; when a test begins nobody has been counted, and hashing a password takes no time."""

import pytest
from django.core.cache import cache
from pytest_django import Settings

from tests.support.cast import cast, sent

__all__ = ["cast", "sent"]


@pytest.fixture(autouse=True)
def nobody_was_counted() -> None:
    cache.clear()


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
