"""Two databases from what an operator says of one or two, and a sentence about what cannot be."""

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from playground.config import databases


def configured(url: str = "", events_url: str = "", password: str = "") -> dict[str, dict[str, Any]]:
    return databases.configured(Path("/var/x"), url=url, events_url=events_url, password=password)


def test_without_a_word_they_are_files() -> None:
    made = configured()
    assert {alias: str(parts["NAME"]) for alias, parts in made.items()} == {
        "default": "/var/x/drydock.sqlite3",
        "events": "/var/x/events.sqlite3",
    }


def test_an_address_is_taken_to_pieces() -> None:
    default = configured("postgresql://ada:s%40cret@db.school.example:5433/dry?sslmode=require")["default"]
    told = [default[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME")]
    assert told == ["ada", "s@cret", "db.school.example", "5433", "dry"]
    assert default["OPTIONS"]["sslmode"] == "require"


def test_the_log_is_beside_it_on_the_same_server() -> None:
    made = configured("postgresql://ada@db/dry", password="secret")
    assert (made["events"]["HOST"], made["events"]["NAME"]) == ("db", "dry_events")
    assert made["default"]["PASSWORD"] == made["events"]["PASSWORD"] == "secret"


def test_a_socket_is_named_by_its_folder() -> None:
    default = configured("postgresql:///dry?host=/run/postgresql")["default"]
    assert (default["HOST"], default["PORT"], default["NAME"]) == ("/run/postgresql", "", "dry")


def test_the_log_may_be_on_another_server() -> None:
    assert configured("postgresql://a@one/dry", "postgresql://a@two/dry")["events"]["HOST"] == "two"


def test_only_the_sites_database_has_one_writer_at_a_time() -> None:
    made = configured("postgresql://a@one/dry")
    assert made["default"]["ENGINE"] == "playground.config.one_writer"
    assert made["events"]["ENGINE"] == "django.db.backends.postgresql"


@pytest.mark.parametrize(
    ("url", "events_url", "words"),
    [
        ("", "postgresql://a@one/dry", "so DRYDOCK_DATABASE must be set, too"),
        ("mysql://a@one/dry", "", "DRYDOCK_DATABASE must be like postgresql://"),
        ("postgresql://a@one/", "", "DRYDOCK_DATABASE must be like postgresql://"),
        ("postgresql://a@one:port/dry", "", "DRYDOCK_DATABASE is no address of a database"),
        ("postgresql://a@one/dry?color=red", "", "has color in its query"),
        ("postgresql://a@one/dry", "postgresql://a@one/dry", "must name two databases"),
        ("postgresql://a@one/dry", "file:x", "DRYDOCK_DATABASE_EVENTS must be like"),
    ],
)
def test_what_cannot_be_is_one_sentence(url: str, events_url: str, words: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=words):
        configured(url, events_url)


def test_no_sentence_tells_the_password() -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        configured("postgresql://ada:verysecret@one:port/dry")
    assert "verysecret" not in str(refused.value)
