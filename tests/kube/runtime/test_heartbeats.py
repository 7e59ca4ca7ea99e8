"""When nodes beat is a function of the clock."""

from playground.kube.runtime.heartbeats import Heartbeats


def test_a_node_beats_every_ten_seconds_from_its_first() -> None:
    beats = Heartbeats()
    assert beats.begin("n1", 100.0)
    assert [beats.last("n1", now) for now in (100.0, 109.9, 110.0, 131.0)] == [100.0, 100.0, 110.0, 130.0]


def test_a_silent_node_keeps_its_last_beat() -> None:
    beats = Heartbeats()
    beats.begin("n1", 100.0)
    beats.end("n1", 125.0, command=7)
    assert beats.last("n1", 500.0) == 120.0
    assert (beats.silent(), beats.beating("n1")) == (["n1"], False)
    series = beats.series("n1")
    assert series is not None
    assert series.command == 7


def test_who_beats_does_not_begin_again() -> None:
    beats = Heartbeats()
    beats.begin("n1", 100.0)
    assert not beats.begin("n1", 105.0)
    beats.end("n1", 106.0)
    assert beats.begin("n1", 107.0)
    assert (beats.last("n1", 108.0), beats.silent()) == (107.0, [])


def test_who_never_beat_or_is_forgotten_is_unknown() -> None:
    beats = Heartbeats()
    beats.begin("n1", 1.0)
    beats.forget("n1")
    assert (beats.last("n1", 2.0), beats.last("n2", 2.0)) == (None, None)


def test_the_state_brings_them_back_in_order() -> None:
    beats = Heartbeats()
    for name in ("a", "b", "c"):
        beats.begin(name, 1.0, period=1.5)
    beats.end("b", 4.0, command=2)
    beats.end("a", 5.0)
    again = Heartbeats()
    again.restore(beats.state())
    assert again.silent() == beats.silent() == ["b", "a"]
    assert again.last("c", 5.0) == beats.last("c", 5.0) == 4.0
