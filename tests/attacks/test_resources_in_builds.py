"""RUN steps that want everything: processes, memory, disk, CPU, output, time."""

import pytest

from tests.attacks.siege import IN_FORCE, Siege

FORK_BOMB = "f() { f | f & }; f; while :; do sleep 1; done"
MEMORY = "x=a; while [ ${#x} -lt 3000000000 ]; do x=$x$x; done; echo it has 3 GB"
DISK = "dd if=/dev/zero of=%s bs=1M count=50000"
FILES = "mkdir /many; i=0; while [ $i -lt 400000 ]; do : > /many/$i; i=$((i+1)); done; echo all are there"
CPU = "for i in 1 2 3 4 5 6 7 8; do while :; do :; done & done; wait"
LONG_LINES = "for i in 1 2 3; do head -c 10000000 /dev/zero | tr '\\0' x; echo; done; echo the end"
DEAF = "trap '' TERM INT HUP QUIT; while :; do sleep 1000; done"
TIME = IN_FORCE["build.seconds"].value
LITTLE_MORE = 5


@pytest.mark.attack("fork-bomb", "RUN", limit="build.processes", hurts=True)
def test_a_fork_bomb_in_a_step_stops_at_its_processes(siege: Siege) -> None:
    with siege:
        end = siege.build(f"RUN {FORK_BOMB}")
    assert end["state"] == "failed"
    siege.told(end["failure"]["what"], happened="the step could start no more processes and ended")


@pytest.mark.attack("memory", "RUN", limit="build.memory", hurts=True)
def test_a_step_that_wants_three_gigabytes_is_killed(siege: Siege) -> None:
    with siege:
        end = siege.build(f"RUN {MEMORY}")
    assert end["state"] == "failed"
    assert "it has 3 GB" not in end["text"]
    siege.told(end["failure"]["what"], happened="the step was killed")


@pytest.mark.attack("disk", "RUN", limit="build.disk", hurts=True)
def test_a_step_that_writes_fifty_gigabytes_is_stopped(siege: Siege) -> None:
    with siege:
        end = siege.build("RUN " + DISK % "/big")
    assert end["state"] == "failed"
    siege.told(end["failure"]["what"], happened="writing failed at the quota of the step's layer")


@pytest.mark.attack("disk-hosts", "RUN", limit="the file is read-only")
def test_a_step_cannot_write_into_etc_hosts(siege: Siege) -> None:
    with siege:
        end = siege.build("RUN " + DISK % "/etc/hosts")
    assert end["state"] == "failed"
    siege.told(end["failure"]["what"], "read", happened="the file belongs to the engine and is read-only")


@pytest.mark.attack("files", "RUN", limit="build.disk")
def test_four_hundred_thousand_files_stay_inside_the_limits(siege: Siege) -> None:
    with siege:
        end = siege.build(f"RUN {FILES}")
    if end["state"] == "succeeded":
        size = end["image"]["size"]
        siege.record(
            f"built in {end['seconds']:.0f} s: {size >> 20} MiB, inside all limits; they go with the image", ""
        )
    else:
        siege.told(end["failure"]["what"], IN_FORCE[limit_of(end)].text, happened="the step was stopped")


def limit_of(end: dict[str, dict[str, str]]) -> str:
    """Which of the two limits that many files may meet it was."""
    return {"time-limit": "build.seconds", "disk-full": "build.disk"}[end["failure"]["code"]]


@pytest.mark.attack("cpu", "RUN", limit="build.cpus", hurts=True)
def test_a_cpu_hog_gets_its_share_until_its_time_is_over(siege: Siege) -> None:
    with siege:
        end = siege.build(f"RUN {CPU}")
    assert TIME <= end["seconds"] < TIME + LITTLE_MORE
    siege.told(
        end["failure"]["what"], IN_FORCE["build.seconds"].text, happened="slowed down to its share, then stopped"
    )


@pytest.mark.attack("yes", "RUN", limit="build.step_output")
def test_output_without_end_is_cut_and_the_step_stopped_at_its_time(siege: Siege) -> None:
    with siege:
        end = siege.build("RUN yes")
    assert end["seconds"] < TIME + LITTLE_MORE
    assert len(end["text"]) <= IN_FORCE["build.step_output"].value
    assert end["cuts"]
    read = f"{end['cuts'][0]} {end['failure']['what']}"
    siege.told(read, IN_FORCE["build.seconds"].text, happened="the log was cut, the step stopped at its time")


@pytest.mark.attack("long-lines", "RUN", limit="build.step_output")
def test_lines_of_ten_megabytes_are_broken_and_cut(siege: Siege) -> None:
    with siege:
        end = siege.build(f"RUN {LONG_LINES}")
    assert end["state"] == "succeeded"
    assert max(map(len, end["text"].splitlines())) <= 4000
    assert len(end["text"].encode()) <= IN_FORCE["build.step_output"].value
    siege.record("broken into lines of 4,000 characters and cut; the build went on", " ".join(end["cuts"]))


@pytest.mark.attack("sleep", "RUN", limit="build.seconds")
def test_a_step_that_is_deaf_to_signals_ends_with_its_time(siege: Siege) -> None:
    with siege:
        end = siege.build(f"RUN {DEAF}")
    assert TIME <= end["seconds"] < TIME + LITTLE_MORE
    siege.told(end["failure"]["what"], happened="killed")
