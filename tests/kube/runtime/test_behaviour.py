"""The words of behaviours."""

from playground.kube.runtime.behaviour import Behaviour, annotated, read
from playground.kube.runtime.catalogue import CATALOGUE

PLAIN = Behaviour()


def test_every_image_of_the_catalogue_has_words_that_are_understood() -> None:
    assert [(name, wrong) for name, known in CATALOGUE.items() if (wrong := read(known.words, PLAIN)[1])] == []


def test_words_set_what_they_name_and_leave_the_rest() -> None:
    found, wrong = read("serve port=8080 cpu=10ms, memory=64Mi start=15s", PLAIN)
    assert wrong == []
    assert (found.talk, found.ports, found.cost, found.memory, found.start) == ("http", (8080,), 0.01, 64 << 20, 15)
    assert found.queue == PLAIN.queue


def test_crashing_and_working_have_their_exit_codes_unless_told_otherwise() -> None:
    assert read("crashes=20s", PLAIN)[0].code == 1
    assert read("works=30s", PLAIN)[0].code == 0
    assert read("crashes=20s exit=3", PLAIN)[0].code == 3


def test_a_word_that_is_not_known_is_left_out_and_told_with_what_is_near() -> None:
    found, wrong = read("serv cpu=lots leak", PLAIN)
    assert found == PLAIN
    assert wrong[0] == "drydock.dev/behaviour: 'serv' is left out: no such word; is it serve?"
    assert "write 30s, 10ms or 5m" in wrong[1]
    assert "it needs a value: leak=…" in wrong[2]


def test_a_container_has_words_of_its_own_after_those_of_the_pod() -> None:
    annotations = {"drydock.dev/behaviour.web": "sleep", "drydock.dev/behaviour": "serve", "other": "x"}
    assert list(annotated(annotations, "web")) == ["serve", "sleep"]
    assert list(annotated(annotations, "log")) == ["serve"]
