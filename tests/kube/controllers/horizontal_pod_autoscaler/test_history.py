"""What an autoscaler remembers."""

from playground.kube.controllers.horizontal_pod_autoscaler.history import History, histories_state, restored


def test_the_replicas_at_the_beginning_of_a_period_follow_from_what_was_done_since() -> None:
    history = History()
    history.scaled(4, 8, (60.0, 60.0), 100.0)
    history.scaled(8, 6, (60.0, 60.0), 120.0)
    assert [history.at_start(6, period, 130.0) for period in (5.0, 15.0, 40.0)] == [6, 8, 4]


def test_changes_that_no_policy_looks_back_on_are_forgotten() -> None:
    history = History()
    history.scaled(1, 2, (60.0, 15.0), 100.0)
    history.scaled(2, 4, (60.0, 15.0), 161.0)
    assert history.ups == [(2, 161.0)]


def test_the_first_recommendation_is_what_is_there() -> None:
    history = History()
    history.begin(7, 100.0)
    history.begin(9, 115.0)
    assert history.recommendations == [(7, 100.0)]


def test_its_state_brings_it_back() -> None:
    history = History([(3, 1.0)], [(1, 2.0)], [(2, 3.0)])
    ((namespace, name, state),) = histories_state({("default", "web"): history})
    assert (namespace, name, restored(state)) == ("default", "web", history)
