"""Readers of the environment: what they take, and that each failure is a sentence with the variable's name."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from playground.config import env

ROOT = Path(__file__).resolve().parent.parent.parent
NAME = "DRYDOCK_TEST_VARIABLE"


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    monkeypatch.delenv(NAME, raising=False)
    monkeypatch.delenv(f"{NAME}_FILE", raising=False)
    return lambda value: monkeypatch.setenv(NAME, value)


def test_text_is_the_variable_else_the_default(given: Callable[[str], None]) -> None:
    assert env.text(NAME, "usual") == "usual"
    given("mine")
    assert env.text(NAME, "usual") == "mine"


def test_text_comes_from_the_file_that_is_named(
    given: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given("from the variable")
    (tmp_path / "secret").write_text("from the file\n")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "secret"))
    assert env.text(NAME, "") == "from the file"


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda path: None, "No such file or directory"),
        (lambda path: path.mkdir(), "Is a directory"),
        (lambda path: path.write_bytes(b"\xff\xfe"), "it is not UTF-8 text"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_the_reason(
    make: Callable[[Path], None], why: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    make(tmp_path / "secret")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "secret"))
    with pytest.raises(ImproperlyConfigured) as failure:
        env.text(NAME, "")
    assert str(failure.value) == f"{NAME}_FILE names {tmp_path / 'secret'}, which cannot be read: {why}."


@pytest.mark.parametrize(("value", "number"), [("0", 0), ("-3", -3), (" 12 ", 12)])
def test_an_integer_is_read(value: str, number: int, given: Callable[[str], None]) -> None:
    given(value)
    assert env.integer(NAME, 5) == number


def test_an_integer_has_a_default(given: Callable[[str], None]) -> None:
    assert env.integer(NAME, 5) == 5


@pytest.mark.parametrize("value", ["", "many", "1.5", "1e3", "0x10"])
def test_what_is_no_integer_is_refused_with_a_sentence(value: str, given: Callable[[str], None]) -> None:
    given(value)
    with pytest.raises(ImproperlyConfigured) as failure:
        env.integer(NAME, 5)
    assert str(failure.value) == f"{NAME} is {value!r}; it must be a whole number."


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1", True),
        ("TRUE", True),
        ("yes", True),
        ("On", True),
        ("0", False),
        ("no", False),
        ("off", False),
        ("", False),
    ],
)
def test_yes_and_no_are_read(value: str, expected: bool, given: Callable[[str], None]) -> None:
    given(value)
    assert env.boolean(NAME, default=not expected) is expected


@pytest.mark.parametrize("default", [True, False])
def test_yes_or_no_has_a_default(default: bool, given: Callable[[str], None]) -> None:
    assert env.boolean(NAME, default=default) is default


@pytest.mark.parametrize("value", ["maybe", "2", "y", "tru"])
def test_what_is_neither_yes_nor_no_is_refused_with_a_sentence(value: str, given: Callable[[str], None]) -> None:
    given(value)
    with pytest.raises(ImproperlyConfigured) as failure:
        env.boolean(NAME, default=False)
    assert str(failure.value) == f"{NAME} is {value!r}; it must be 1 or 0."


def test_words_are_split_at_commas(given: Callable[[str], None]) -> None:
    assert env.words(NAME, "a,b") == ["a", "b"]
    given(" localhost , ,[::1],")
    assert env.words(NAME, "a,b") == ["localhost", "[::1]"]


# --- what is made once ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [("", None), ("192.0.2.7:443", ("192.0.2.7", 443)), ("router:53", ("router", 53)), ("[::1]:80", ("::1", 80))],
)
def test_an_address_is_read(value: str, expected: tuple[str, int] | None, given: Callable[[str], None]) -> None:
    given(value)
    assert env.address(NAME) == expected


@pytest.mark.parametrize("value", ["192.0.2.7", ":53", "host:", "host:0", "host:65536", "host:http"])
def test_what_is_no_address_is_refused_with_a_sentence(value: str, given: Callable[[str], None]) -> None:
    given(value)
    with pytest.raises(ImproperlyConfigured, match="it must be an address and a port"):
        env.address(NAME)


def test_a_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "secret"
    assert env.kept(path, lambda: "first") == "first"
    assert env.kept(path, lambda: pytest.fail("it was made again")) == "first"


def test_a_secret_is_for_its_owner_only(tmp_path: Path) -> None:
    env.kept(tmp_path / "secret", lambda: "first")
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_a_process_that_comes_second_takes_what_the_first_has_made(tmp_path: Path) -> None:
    path = tmp_path / "secret"

    def too_late() -> str:
        path.write_text("theirs")
        return "ours"

    assert env.kept(path, too_late) == "theirs"
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]


def test_a_secret_is_its_makers_alone_but_in_a_folder_of_a_group(tmp_path: Path) -> None:
    env.kept(tmp_path / "alone", lambda: "x")
    assert (tmp_path / "alone").stat().st_mode & 0o777 == 0o600
    tmp_path.chmod(0o2770)
    env.kept(tmp_path / "shared", lambda: "x")
    assert (tmp_path / "shared").stat().st_mode & 0o777 == 0o640


def test_processes_that_start_together_get_the_same_secret_and_leave_no_scratch(tmp_path: Path) -> None:
    code = (
        "import sys, secrets; from pathlib import Path; from playground.config import env\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "print(env.kept(Path(sys.argv[1]), lambda: secrets.token_hex(16)))"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path / "secret")], cwd=ROOT, text=True, env={**os.environ},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        for _ in range(4)
    ]  # fmt: skip
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    got = set()
    for process in processes:  # all wait at the same line: the first bytes to each are microseconds apart
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        with process:
            assert process.stdout is not None
            got.add(process.stdout.read().strip())
    assert len(got) == 1
    assert len(got.pop()) == 32
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]
