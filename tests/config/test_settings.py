"""Settings: what they promise, and that a wrong environment ends the start with a sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from playground.config import databases

ROOT = Path(__file__).resolve().parent.parent.parent


def started_with(var: Path, say: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A new process that loads the settings and prints the expression *say*."""
    code = f"from django.conf import settings; print({say})"
    ours = {name: value for name, value in os.environ.items() if not name.startswith("DRYDOCK_")}
    ours |= {"DJANGO_SETTINGS_MODULE": "playground.config.settings", "DRYDOCK_VAR": str(var), **environment}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=ours, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_setting_that_makes_no_sense_ends_the_start_with_a_sentence(tmp_path: Path) -> None:
    done = started_with(tmp_path, "settings.DEBUG", DRYDOCK_DEBUG="perhaps")
    assert done.returncode != 0
    assert done.stderr.strip().endswith("ImproperlyConfigured: DRYDOCK_DEBUG is 'perhaps'; it must be 1 or 0.")


def test_the_secret_and_the_instance_stay_the_same_from_start_to_start(tmp_path: Path) -> None:
    said = [started_with(tmp_path, "settings.SECRET_KEY, settings.DRYDOCK_INSTANCE").stdout for _ in range(2)]
    assert said[0] == said[1]
    assert len(said[0]) > 60


def test_an_operators_secret_comes_before_ours(tmp_path: Path) -> None:
    assert started_with(tmp_path, "settings.SECRET_KEY", DRYDOCK_SECRET_KEY="theirs").stdout == "theirs\n"
    assert not (tmp_path / "secret_key").exists()


def test_everything_of_an_installation_is_below_its_var_folder(tmp_path: Path) -> None:
    say = "settings.DATABASES['default']['NAME'], settings.DATABASES['events']['NAME'], settings.DRYDOCK_BLOBS"
    said = started_with(tmp_path, say).stdout
    assert said.count(str(tmp_path)) == 3


def test_with_an_embedded_server_cache_and_layer_use_it(tmp_path: Path) -> None:
    say = "settings.CACHES['default']['LOCATION'], settings.CHANNEL_LAYERS['default']['CONFIG']['hosts']"
    said = started_with(tmp_path, say, DRYDOCK_REDIS="unix:///x.sock").stdout
    assert said == "unix:///x.sock ['unix:///x.sock']\n"


def test_over_https_cookies_are_secure(tmp_path: Path) -> None:
    say = "settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE"
    assert started_with(tmp_path, say, DRYDOCK_HTTPS="1").stdout == "True True\n"
    assert started_with(tmp_path, say).stdout == "False False\n"


def test_debugging_is_off_unless_asked_for(tmp_path: Path) -> None:
    assert started_with(tmp_path, "settings.DEBUG").stdout == "False\n"


@pytest.mark.parametrize("alias", ["default", "events"])
def test_both_databases_take_their_lock_at_once_and_wait_for_it(alias: str, tmp_path: Path) -> None:
    options = databases.configured(tmp_path, url="", events_url="", password="")[alias]["OPTIONS"]
    assert (options["transaction_mode"], options["timeout"]) == ("IMMEDIATE", 20)
    assert "journal_mode=WAL" in options["init_command"]
    assert "synchronous=NORMAL" in options["init_command"]
    assert not settings.DATABASES[alias].get("ATOMIC_REQUESTS")


def test_the_log_is_in_a_file_of_its_own() -> None:
    assert settings.DATABASES["default"]["NAME"] != settings.DATABASES["events"]["NAME"]


def test_the_policy_allows_nothing_by_default_and_nothing_unsafe() -> None:
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert directives["default-src"] == ["'none'"]
    assert not [value for values in directives.values() for value in values if "unsafe" in value or "*" in value]


def test_guards_come_before_what_they_guard() -> None:
    order = [name.rpartition(".")[2] for name in settings.MIDDLEWARE]
    assert order.index("CSPMiddleware") < order.index("CsrfViewMiddleware")
    assert order.index("CsrfViewMiddleware") < order.index("refusals")
    assert order.index("AuthenticationMiddleware") < order.index("learners")


def test_whitenoise_serves_the_bundle_where_it_was_built() -> None:
    assert settings.STATIC_ROOT is None  # nothing collects files: a folder that is not there would be a warning
    assert settings.WHITENOISE_USE_FINDERS
