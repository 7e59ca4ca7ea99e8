"""Rules about where things may stand: database access, tasks, pokes, signals, the network in the browser."""

import ast
import re
import tomllib

from django.core.management import call_command

from playground.engine.limits import LIMITS
from tests.architecture.sources import PLAYGROUND, ROOT, code_lines, name, project_files, python_files, text_of

VIEWS = ("api.py", "pages.py", "consumers.py")
SETTING = re.compile(r"\bDRYDOCK_[A-Z_]+\b")


def is_view(parts: tuple[str, ...]) -> bool:
    """A module of views, or one in a package of views."""
    return parts[-1] in VIEWS or bool({"api", "pages", "consumers"} & set(parts[:-1]))


def test_views_make_no_queries() -> None:
    views = [p for p in python_files("playground") if is_view(p.relative_to(PLAYGROUND).parts)]
    assert views
    assert not [line for path in views for line in code_lines(path, ".objects")]


def test_tasks_are_asked_for_only_after_the_commit() -> None:
    assert not [line for path in python_files("playground") for line in code_lines(path, ".delay(")]
    assert not [line for path in python_files("playground") for line in code_lines(path, ".apply_async(")]


def test_only_the_fan_out_sends_to_groups() -> None:
    senders = [p for p in python_files("playground") if any(code_lines(p, "group_send("))]
    assert [name(p) for p in senders] == ["playground/events/fanout.py"]


def test_there_are_no_django_signals() -> None:
    paths = python_files("playground")
    assert not [line for path in paths for line in code_lines(path, "@receiver")]
    assert not [line for path in paths for line in code_lines(path, "post_save")]
    assert not [line for path in paths for line in code_lines(path, "django.dispatch")]


def test_no_module_is_a_drawer() -> None:
    drawers = {"utils.py", "util.py", "helpers.py", "misc.py", "common.py", "utils.ts", "util.ts", "helpers.ts"}
    assert not [name(p) for p in project_files() if p.name in drawers]


def test_the_front_end_knows_the_same_events() -> None:
    call_command("wire", "--check")


def test_components_do_not_touch_the_network() -> None:
    components = [p for p in project_files() if p.is_relative_to(ROOT / "static" / "src" / "components")]
    assert components
    word = re.compile(r"\b(fetch\s*\(|WebSocket\b|XMLHttpRequest\b|sendBeacon\b|EventSource\b)")
    assert not [name(p) for p in components if word.search(text_of(p) or "")]


def test_every_setting_is_documented() -> None:
    readers = [*python_files("playground", "scripts", "benchmarks"), ROOT / "Makefile"]
    read = {word for path in readers for word in SETTING.findall(text_of(path) or "")}
    read -= {"DRYDOCK_BLOBS", "DRYDOCK_INSTANCE"}  # Django settings that no environment variable sets
    documented = set(SETTING.findall((ROOT / "docs" / "settings.md").read_text()))
    assert not read - documented, "missing in docs/settings.md"
    assert not documented - read, "in docs/settings.md, but nothing reads it"


def test_every_limit_that_is_asked_for_is_in_the_table() -> None:
    asked = [
        (f"{name(path)}:{node.lineno}", node.args[0].value)
        for path in python_files("playground")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "limit"
        and isinstance(node.args[0], ast.Constant)
    ]
    assert asked
    assert not [(where, key) for where, key in asked if key not in LIMITS]


def test_every_lint_rule_that_is_off_says_why() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    ignored = tomllib.loads(text)["tool"]["ruff"]["lint"]["ignore"]
    lines = {code: line for line in text.splitlines() for code in ignored if line.strip().startswith(f'"{code}"')}
    why = ""
    for code in ignored:
        _, _, comment = lines[code].partition("#")
        why = comment.strip() or why  # rules that go together share the reason of the first
        assert why, f"{code} is ignored without a reason"


def test_every_exemption_names_its_rule() -> None:
    bare = re.compile(r"#\s*noqa(?!:)|#\s*type:\s*ignore(?!\[)")
    lines = [(p, line) for p in python_files("playground", "scripts") for line in (text_of(p) or "").splitlines()]
    assert not [f"{name(path)}: {line.strip()}" for path, line in lines if bare.search(line)]
