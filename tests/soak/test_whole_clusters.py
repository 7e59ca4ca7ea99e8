"""Several hundred random stories of whole simulated clusters: what tests/kube/whole tests with a few."""

from hypothesis import HealthCheck, Phase, given, settings

from tests.kube.whole import properties, stories
from tests.kube.whole.stories import Action

MANY = settings(
    max_examples=1, deadline=None, suppress_health_check=list(HealthCheck), database=None,
    phases=[Phase.generate, Phase.shrink], print_blob=True,
)  # fmt: skip


@settings(MANY, max_examples=150)
@given(properties.parts(4, 24))
def test_saved_and_forked_clusters_go_on_as_the_one_that_was_left_alone(
    parts: tuple[list[Action], list[Action]],
) -> None:
    properties.goes_on_alike(*parts)


@settings(MANY, max_examples=250)
@given(stories.of(6, 30))
def test_every_story_comes_to_rest_with_what_is_wanted(story: list[Action]) -> None:
    properties.comes_to_rest(story)
