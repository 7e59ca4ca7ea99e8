"""Scripts as people write them into manifests: what they print when, and how they end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kube.runtime.starts import START, container, ends, shell, texts


@pytest.mark.parametrize(
    ("script", "printed", "end"),
    [
        ("echo hi; sleep 30; exit 1", ["hi"], (30, 1, "Error")),
        ("echo 'a  b' \"c $X\" d", ["a  b c blue d"], (0, 0, "Completed")),
        ("false || echo no; true && echo yes", ["no", "yes"], (0, 0, "Completed")),
        ("for i in 1 2 3; do echo $i; sleep 2; done", ["1", "2", "3"], (6, 0, "Completed")),
        ("for i in $(seq 3); do echo n$i; done", ["n1", "n2", "n3"], (0, 0, "Completed")),
        ("n=0; while [ $n -lt 3 ]; do n=$((n+1)); sleep 1; done; echo $n; exit $n", ["3"], (3, 3, "Error")),
        ("if [ -f /etc/config/mode ]; then cat /etc/config/mode; else echo none; fi", ["fast"], (0, 0, "Completed")),
        ('if [ "$X" = red ]; then echo r; elif [ "$X" = blue ]; then echo b; fi', ["b"], (0, 0, "Completed")),
        ("echo ${X} ${Y:-none} $(hostname)", ["blue none web-1"], (0, 0, "Completed")),
        ("foo; echo $?", ["sh: foo: not found", "127"], (0, 0, "Completed")),
        ("foo", ["sh: foo: not found"], (0, 127, "Error")),
        ("echo out > /tmp/x; cat /tmp/x; rm /tmp/x; [ -e /tmp/x ]", ["out"], (0, 1, "Error")),
        ("cat /nothing 2>/dev/null; echo $?", ["1"], (0, 0, "Completed")),
        ("{ echo a; echo b; } # done", ["a", "b"], (0, 0, "Completed")),
        ("while true; do echo once; break; done", ["once"], (0, 0, "Completed")),
        ("sleep 10 & sleep 3; wait; echo end", ["end"], (10, 0, "Completed")),
        ("printf 'a %s\\n' b", ["a b"], (0, 0, "Completed")),
        ("exec sleep 9; echo never", [], (9, 0, "Completed")),
        ("echo hi | tee /dev/null", ["hi"], (0, 0, "Completed")),
        ("set -e; export A=1; echo $A", ["1"], (0, 0, "Completed")),
        ("tail -f /dev/null", [], None),
        ("sleep infinity", [], None),
        ("sleep 1d", [], (86400, 0, "Completed")),
    ],
)  # fmt: skip
def test_a_script_prints_and_ends_as_in_a_shell(
    script: str, printed: list[str], end: tuple[float, int, str] | None
) -> None:
    box = shell(script, env={"X": "blue"}, files={"/etc/config/mode": "fast"})
    assert texts(box) == printed
    assert ends(box) == end


def test_the_counter_of_the_documentation_counts_for_ever() -> None:
    box = shell('i=0; while true; do echo "$i: $(date)"; i=$((i+1)); sleep 1; done')
    assert texts(box, 5) == [f"{i}: Thu Jan  1 00:00:0{i} UTC 2026" for i in range(6)]
    late = [line.text for line in box.lines(START + 86_400, START + 86_401)]
    assert late == ["86400: Fri Jan  2 00:00:00 UTC 2026", "86401: Fri Jan  2 00:00:01 UTC 2026"]
    assert ends(box) is None


def test_a_loop_that_waits_for_nothing_burns_a_core() -> None:
    assert shell("while true; do :; done").cpu(START + 10) == 1.0
    assert shell("while true; do :; done", cpu_limit=0.2).cpu(START + 10) == 0.2
    assert shell("while true; do sleep 1; done").cpu(START + 10) == 0.0
    assert shell("yes > /dev/null").cpu(START + 10) == 1.0


def test_a_trap_runs_when_the_command_before_it_is_done() -> None:
    box = shell("trap 'echo bye; sleep 2; exit 0' TERM; while true; do sleep 5; done")
    box.signal("SIGTERM", START + 11)
    assert ends(box) == (17, 0, "Completed")
    assert texts(box) == ["bye"]


def test_an_empty_trap_ignores_sigterm() -> None:
    box = shell("trap '' TERM; sleep 100")
    box.signal("SIGTERM", START + 11)
    assert ends(box) == (100, 0, "Completed")


def test_a_script_that_becomes_a_server_serves() -> None:
    script = "echo mine > /usr/share/nginx/html/index.html && exec nginx -g 'daemon off;'"
    box = container("nginx", "sh", "-c", script)
    assert box.accepts(80, START + 1)
    assert box.execute(("wget", "-qO-", "localhost"), START + 1) == 0
    assert container("python", "python", "-m", "http.server", "8000").accepts(8000, START + 1)


def test_stress_takes_the_memory_that_it_is_told_to() -> None:
    box = container("polinux/stress", "stress", args=("--vm", "1", "--vm-bytes", "250M", "--vm-hang", "1"))
    assert box.memory(START + 1) == 250 << 20
    assert ends(box) is None


def test_python_prints_sleeps_and_misses_its_file() -> None:
    box = container("python", "python", "-c", "print('hi'); import time; time.sleep(5); exit(2)")
    assert (texts(box), ends(box)) == (["hi"], (5, 2, "Error"))
    box = container("python", "python", "app.py")
    assert (texts(box), ends(box)) == (
        ["python: can't open file '/app.py': [Errno 2] No such file or directory"],
        (0, 2, "Error"),
    )
    mounted = container("python", "python", "/app/x.py", files={"/app/x.py": "print('from a ConfigMap')"})
    assert texts(mounted) == ["from a ConfigMap"]


@pytest.mark.parametrize(
    "script", ["cat <<EOF\nx\nEOF", "case $x in a) ;; esac", 'echo "open', "f() { echo; }; f", "while true; do", "(("]
)
def test_what_is_not_understood_runs_on_and_says_so(script: str) -> None:
    box = shell(script)
    assert ends(box) is None
    assert texts(box)[0].startswith("(simulated: this command is not understood here: ")


@given(st.text(alphabet="abe$(){}\"'`;|&<> \n=[]1-x#\\", max_size=40))
def test_no_text_breaks_the_shell(script: str) -> None:
    box = shell(script)
    assert box.memory(START + 1) >= 0
    assert isinstance(texts(box, 2), list)


@pytest.mark.parametrize(
    "script",
    [
        "for a in $(seq 5000); do for b in $(seq 5000); do true; done; done",
        "i=9; while true; do i=$((i*i)); done",
        "x=ab; for i in $(seq 100); do x=$x$x; done; echo done",
        "a() { a; }; a",
        "eval eval eval " + "eval " * 50,
        "while true; do echo x >> /tmp/f; done",
        "(" * 3000,
        "echo " + "$((" * 500,
    ],
)
def test_a_script_cannot_grow_without_bounds(script: str) -> None:
    assert len(texts(shell(script), 5)) < 6000
