"""Back-offs that double."""

from playground.kube.kubelet.backoff import holds, longer
from playground.kube.kubelet.timing import STABLE
from playground.kube.kubelet.worker import Delay


def test_each_event_doubles_the_back_off_up_to_five_minutes() -> None:
    delay, seen = None, []
    for number in range(7):
        delay = longer(delay, number * 400, number * 400, STABLE)
        seen.append(delay.seconds)
    assert seen == [10, 20, 40, 80, 160, 300, 300]


def test_after_ten_quiet_minutes_it_begins_anew() -> None:
    assert longer(Delay(300, 1000), 1601, 1601, STABLE).seconds == 10
    assert longer(Delay(300, 1000), 1600, 1600, STABLE).seconds == 300


def test_it_holds_for_its_length() -> None:
    assert holds(Delay(10, 0), 100, 100, 109.9, STABLE)
    assert not holds(Delay(10, 0), 100, 100, 110, STABLE)
    assert not holds(Delay(10, 0), 601, 601, 602, STABLE)
    assert not holds(None, 0, 0, 0, STABLE)
