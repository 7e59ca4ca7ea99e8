"""The canary's trials of what one learner may have of another's: cache mounts and images. For `canary` only."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from playground.engine import canary_scripts as scripts
from playground.engine import sandbox
from playground.engine.canary_bench import IMAGE, Bench, CannotTry
from playground.engine.health import Result

SECRET_TAG = "canary-secret:1"  # noqa: S105 - the name of an image


def cache(bench: Bench) -> Iterator[Result]:
    """Ada leaves something in a cache mount; Bob asks for the same mount, and says that he is Ada."""
    token = f"canary{time.time_ns()}"
    mount = f"--mount=type=cache,id={token},target=/c "
    bench.step(scripts.cache_put(token), mount=mount, fresh=False)
    hers = f"{bench.instance}-{bench.ada.learner}"
    stealing = f"FROM {IMAGE}\nARG BUILDKIT_CACHE_MOUNT_NS={hers}\nENV BUILDKIT_CACHE_MOUNT_NS={hers}\n"
    got = scripts.cache_get(token)
    bob = bench.build(bench.spec(bench.bob, f"{stealing}RUN {mount}{got}\n", fresh=False))
    ada = bench.step(scripts.cache_get(token, remove=True), mount=mount, fresh=False)
    if ada.facts.get("got") != token or "got" not in bob.facts:
        raise CannotTry(f"A learner could not read back her own cache mount. {(ada.error or bob.error)[-160:]}")
    tried = "One learner's step wrote into a cache mount and read it again"
    if bob.facts["got"] == token:
        sentence = f"{tried}; another learner's step read it, too."
        yield Result(key="learners.cache", state="not enforced", sentence=sentence)
        return
    sentence = f"{tried}; another learner's step, which also claimed to be the first one's, found it empty."
    yield Result(key="learners.cache", state="enforced", sentence=sentence)


def images(bench: Bench) -> Iterator[Result]:
    """Bob builds from Ada's image in three ways: by our check, watched as a learner's build is, by the engine alone."""
    secret = bench.file("secret", b"of another learner\n")
    bench.build(bench.spec(bench.ada, "FROM scratch\nCOPY secret /\n", files=(secret,), tag=SECRET_TAG))
    theirs = sandbox.engine_reference(bench.instance, bench.ada.learner, SECRET_TAG)
    bench.engine.inspect_image(theirs)  # raises NotFound if there is nothing to steal
    ways = (
        f"FROM {theirs}\nLABEL canary=1\n",
        f"FROM scratch\nCOPY --from={theirs} /secret /\n",
        f"FROM {IMAGE}\nRUN --mount=type=bind,from={theirs},target=/c {scripts.cache_get('secret')}\n",
    )
    refused = sum(bool(bench.refuses(way)) for way in ways)
    stopped = sum(bool(bench.build(bench.spec(bench.bob, way), allowed=(IMAGE,)).stopped_at) for way in ways)
    alone = [bench.build(bench.spec(bench.bob, way)) for way in ways]
    given = sum(not one.error or bool(one.facts.get("got")) for one in alone)
    bench.engine.remove_image(theirs)
    all_of = len(ways)
    tried = f"Another learner's image was asked for in {all_of} ways (FROM, COPY --from, a mount)"
    sentence = (
        f"{tried}: Drydock's check of the Dockerfile refused {refused}, its watch over the running build stopped "
        f"{stopped}; the engine alone would have given it out in {given}."
    )
    held = (refused == all_of or given == 0) and stopped == all_of
    yield Result(key="learners.images", state="enforced" if held else "not enforced", sentence=sentence)


TRIALS: Mapping[Sequence[str], Callable[[Bench], Iterator[Result]]] = {
    ("learners.cache",): cache,
    ("learners.images",): images,
}
