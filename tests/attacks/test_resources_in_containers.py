"""Containers that want everything: processes, memory, disk, CPU, output, time."""

import pytest

from tests.attacks.siege import IN_FORCE, Siege
from tests.attacks.test_resources_in_builds import CPU, DEAF, DISK, FILES, FORK_BOMB, LONG_LINES, MEMORY

RUN_WITHIN = IN_FORCE["run.seconds"].value + 25


@pytest.mark.attack("fork-bomb", "run", limit="run.processes")
def test_a_fork_bomb_in_a_container_stops_at_its_processes(siege: Siege) -> None:
    with siege:
        end = siege.run("", script(FORK_BOMB), seconds=RUN_WITHIN)
    siege.told(end["sentence"], happened="it could start no more processes and ended")


@pytest.mark.attack("memory", "run", limit="run.memory")
def test_a_container_that_wants_three_gigabytes_is_killed(siege: Siege) -> None:
    with siege:
        end = siege.run("", script(MEMORY), seconds=RUN_WITHIN, memory=128 << 20)
    assert "it has 3 GB" not in end["text"]
    siege.told(end["sentence"], happened="killed")


@pytest.mark.attack("disk", "run", limit="run.disk", hurts=True)
def test_a_container_that_writes_fifty_gigabytes_is_stopped(siege: Siege) -> None:
    with siege:
        end = siege.run("", script(DISK % "/big"), seconds=RUN_WITHIN)
    siege.told(end["sentence"], happened="writing failed at the container's quota")


@pytest.mark.attack("disk-volume", "run", limit="run.disk", hurts=True)
def test_a_volume_does_not_lead_past_the_quota(siege: Siege) -> None:
    with siege:
        end = siege.run("", "VOLUME /data", script(DISK % "/data/big"), seconds=RUN_WITHIN)
    siege.told(end["sentence"], happened="writing failed")


@pytest.mark.attack("disk-hosts", "run", limit="the file is read-only", hurts=True)
def test_the_engine_s_own_files_in_a_container_do_not_lead_past_the_quota(siege: Siege) -> None:
    with siege:
        end = siege.run("", script(DISK % "/etc/hosts"), seconds=RUN_WITHIN)
    siege.told(end["text"], "Read-only", happened="the file belongs to the engine and is read-only")


@pytest.mark.attack("files", "run", limit="run.disk")
def test_four_hundred_thousand_files_in_a_container_stay_inside_the_limits(siege: Siege) -> None:
    with siege:
        end = siege.run("", script(FILES), seconds=RUN_WITHIN)
    if "all are there" in end["text"]:
        siege.record("made, inside all limits; they went with the container", end["sentence"])
    else:
        wanted = "run.seconds" if "it ran" in end["sentence"] else "run.disk"
        siege.told(end["sentence"], IN_FORCE[wanted].text, happened="stopped")


@pytest.mark.attack("cpu", "run", limit="run.cpus")
def test_a_cpu_hog_in_a_container_gets_its_share(siege: Siege) -> None:
    with siege:
        end = siege.run("", script(CPU), seconds=RUN_WITHIN)
    siege.told(end["sentence"], IN_FORCE["run.seconds"].text, happened="slowed down to its share, stopped at its time")


@pytest.mark.attack("yes", "run", limit="run.output")
def test_a_container_that_prints_without_end_is_stopped(siege: Siege) -> None:
    with siege:
        end = siege.run("", script("yes"), seconds=RUN_WITHIN)
    siege.told(f"{' '.join(end['cuts'])} {end['sentence']}", happened="the log was cut, the container stopped")


@pytest.mark.attack("long-lines", "run", limit="16 KiB of a line are kept")
def test_lines_of_ten_megabytes_in_a_container_are_cut(siege: Siege) -> None:
    with siege:
        end = siege.run("", script(LONG_LINES), seconds=RUN_WITHIN)
    assert max(map(len, end["text"].splitlines())) <= 4000
    assert end["text"].splitlines()[-1] == "the end"
    said = next(line for line in end["text"].splitlines() if "line cut" in line)
    siege.told(said[said.index("…") :], " more bytes", happened="cut; each cut line says by how much")


@pytest.mark.attack("sleep", "run", limit="run.seconds")
def test_a_container_that_is_deaf_to_signals_ends_with_its_time(siege: Siege) -> None:
    with siege:
        end = siege.run("", script(DEAF), seconds=RUN_WITHIN)
    siege.told(end["sentence"], happened="killed")


def script(text: str) -> str:
    """The Dockerfile's line that runs *text* in a shell."""
    return f"CMD {text}"
