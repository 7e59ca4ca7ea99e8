"""The canary's trials of networks: a RUN step's, a learner's, and what the engine itself fetches. For `canary` only.

An address that says nothing proves nothing by itself: it may be that nobody is there. So silence counts as held only
where something else shows that an answer would have come, or that the engine has no way there.
"""

import contextlib
import ipaddress
from collections.abc import Callable, Iterator, Mapping, Sequence

from playground.engine import canary_scripts as scripts
from playground.engine import sandbox
from playground.engine.canary_bench import PATIENCE, Bench, CannotTry, Heard
from playground.engine.canary_listener import LOOPBACK, NOBODY, Listener, answers, listening, own_address
from playground.engine.errors import EngineError
from playground.engine.health import Result

METADATA = "169.254.169.254"  # where clouds tell a machine its credentials
HTTP = 80
FETCH = 10.0  # seconds the engine is given to fetch from an address where nobody may be; a busy one is slow to begin
REACHED, UNREACHABLE, SILENT = "reached", "no way there", "no answer"
OUTSIDE = f"{NOBODY} (an address outside)"

Outcomes = dict[str, str]


def outcome(told: str) -> str:
    """What `nc` said and how it ended, as one of three; a refusal is an answer: somebody is there."""
    code, _, words = told.partition(" ")
    if code == "0" or "refused" in words or "reset" in words:
        return REACHED
    return UNREACHABLE if "unreachable" in words or "No route" in words else SILENT


def outcomes(heard: Heard) -> Outcomes:
    """Every target of `scripts.knock` with what came of it. Raises `CannotTry` if none was told."""
    found = {name[3:]: outcome(told) for name, told in heard.facts.items() if name.startswith("to-")}
    if not found:
        raise CannotTry(f"The trial could not knock at any address. {heard.error[-200:]}".strip())
    return found


# --- what the engine itself fetches -----------------------------------------------------------------------------------


def fetches(bench: Bench) -> Iterator[Result]:
    """ADD from the machine's loopback, from its own address, and from where a cloud has its metadata."""
    found = {_FETCHED[name]: came for name, came in _reach(bench).items() if name in _FETCHED}
    reached = [words for words, came in found.items() if came == REACHED]
    tried = f"The engine was told to ADD from {_and(list(found))}"
    refusal = bench.refuses(f"FROM scratch\nADD http://{LOOPBACK}/ /\n")
    door = " Drydock itself refuses such a line before it builds." if refusal else ""
    if reached:
        sentence = f"{tried}: it got through to {_and(reached)}.{door}"
        yield Result(key="build.add", state="not enforced", sentence=sentence)
    else:
        yield Result(key="build.add", state="enforced", sentence=f"{tried}: nothing was reached.{door}")


_FETCHED: Mapping[str, str] = {
    "loopback": f"{LOOPBACK} (the machine's loopback, where the canary listens)",
    "machine": "the machine's own address, where it listens as well",
    "metadata": f"{METADATA} (a cloud's metadata)",
}


def _reach(bench: Bench) -> Mapping[str, str]:
    """What the engine itself reaches, found out once."""
    if not bench.notes:
        with listening(LOOPBACK) as here:
            bench.notes["loopback"] = _visited(bench, here)
        own = own_address()
        if own:
            with listening(own) as there:
                bench.notes["machine"] = _visited(bench, there)
        bench.notes["metadata"] = _fetch(bench, f"{METADATA}:{HTTP}")
        bench.notes["outside"] = _fetch(bench, f"{NOBODY}:{HTTP}")
    return bench.notes


def _visited(bench: Bench, listener: Listener) -> str:
    """Whether the engine came by; that the listener can be reached at all is shown first."""
    if not answers(listener.address, listener.port):
        raise CannotTry(f"The canary's own listener at {listener.address} cannot be reached.")
    before = listener.visits
    said = _fetch(bench, f"{listener.address}:{listener.port}", seconds=PATIENCE)
    return REACHED if listener.visits > before else said


def _fetch(bench: Bench, place: str, *, seconds: float = FETCH) -> str:
    heard = bench.build(bench.spec(bench.ada, f"FROM scratch\nADD http://{place}/canary /\n"), seconds=seconds)
    if heard.timed_out:
        return SILENT
    if "unreachable" in heard.error or "no route" in heard.error:
        return UNREACHABLE
    # refused by what is at that address in the engine's own network, which is not where our listener is
    return SILENT if "refused" in heard.error else REACHED


# --- a RUN step -----------------------------------------------------------------------------------------------------


def step_network(bench: Bench) -> Iterator[Result]:
    """Knock from a RUN step."""
    with contextlib.ExitStack() as stack:
        targets = _targets(bench, stack)
        heard = bench.step(scripts.knock(targets))
    yield _judged(bench, "build.network", "A step", targets, heard)


def _targets(bench: Bench, stack: contextlib.ExitStack) -> dict[str, tuple[str, int]]:
    """Addresses that no learner's code may reach: outside, the metadata service, the machine itself."""
    targets = {"outside": (NOBODY, HTTP), "metadata": (METADATA, HTTP)}
    own = own_address()
    if own:
        targets["machine"] = (own, stack.enter_context(listening(own)).port)
    if bench.outside:
        targets["named"] = bench.outside
    return targets


_NAMES: Mapping[str, str] = {
    "outside": OUTSIDE,
    "metadata": f"{METADATA} (a cloud's metadata)",
    "machine": "the machine's own address",
    "named": "the address named in DRYDOCK_CANARY_OUTSIDE",
}


def _judged(
    bench: Bench, key: str, noun: str, targets: Mapping[str, tuple[str, int]], heard: Heard, *, machine: bool = True
) -> Result:
    """*machine* False: reaching the machine itself is judged by another line."""
    found = {name: came for name, came in outcomes(heard).items() if name in targets and (machine or name != "machine")}
    reached = [_NAMES[name] for name, came in found.items() if came == REACHED]
    nets = heard.facts.get("nets", "")
    tried = f"{noun} knocked at {_and([_NAMES[name] for name in found])}"
    if reached:
        return Result(key=key, state="not enforced", sentence=f"{tried}: {_and(reached)} answered.")
    if set(found.values()) == {UNREACHABLE}:
        sentence = f"{tried}: there is no way to any of them. Its network interfaces: {nets}."
        return Result(key=key, state="enforced", sentence=sentence)
    why = _silence_counts(bench)
    if why:
        return Result(key=key, state="enforced", sentence=f"{tried}: nothing answered within {scripts.WAIT} s; {why}.")
    raise CannotTry(
        f"{tried}: nothing answered within {scripts.WAIT} s, which proves little, since nobody may be there. "
        "DRYDOCK_CANARY_OUTSIDE can name an address and port outside that does answer."
    )


def _silence_counts(bench: Bench) -> str:
    """Why no answer means that the way is closed; '' if it may only mean that nobody is there."""
    reach = _reach(bench)
    if reach["outside"] == UNREACHABLE:
        return "the engine itself has no way out"
    if reach.get("machine") == REACHED and reach["loopback"] != REACHED:
        return "the engine itself reaches the machine's address, the step or container does not"
    if bench.outside and answers(*bench.outside):
        return f"{bench.outside[0]} does answer the machine"
    return ""


# --- a learner's network ----------------------------------------------------------------------------------------------


def learner_networks(bench: Bench) -> Iterator[Result]:
    """Ada serves in her network. Bob, in his, knocks at her door, at both gateways, at the machine and outside."""
    for owner in (bench.ada, bench.bob):
        bench.engine.ensure_network(sandbox.network_spec(owner=owner))
    try:
        with contextlib.ExitStack() as stack:
            server = stack.enter_context(bench.started(bench.container(bench.ada, scripts.serve(), networked=True)))
            hers = _address(bench.listen(server, until="own"))
            targets = _targets(bench, stack)
            more = {"ada": (str(hers.ip), scripts.SERVED_PORT), "ada-gateway": (str(hers.network[1]), HTTP)}
            bob = bench.run(scripts.knock({**targets, **more}, gateway=True), owner=bench.bob, networked=True)
            friend = bench.run(scripts.knock({"ada": more["ada"]}), owner=bench.ada, networked=True)
    finally:
        _remove_networks(bench)
    for judge in (_neighbours, _gateway):
        yield judge(bob, friend)
    yield _judged(bench, "run.network", "A container on a learner's network", targets, bob, machine=False)


def _remove_networks(bench: Bench) -> None:
    for owner in (bench.ada, bench.bob):
        with contextlib.suppress(EngineError):  # the sweeper takes what is left
            bench.engine.remove_network(sandbox.network_spec(owner=owner).name)


def _address(heard: Heard) -> ipaddress.IPv4Interface:
    try:
        return ipaddress.IPv4Interface(heard.facts.get("own", ""))
    except ValueError as wrong:
        raise CannotTry("A container on a learner's network did not tell its address.") from wrong


def _neighbours(bob: Heard, friend: Heard) -> Result:
    """Bob must not get to Ada's server, which a container of her own does reach."""
    if outcomes(friend).get("ada") != REACHED:
        raise CannotTry("A container could not even be reached from its learner's own network.")
    came = outcomes(bob).get("ada", SILENT)
    tried = "A container served on one learner's network, and another container of that learner reached it"
    if came == REACHED:
        sentence = f"{tried}. Another learner's container reached it as well."
        return Result(key="learners.network", state="not enforced", sentence=sentence)
    how = f"got no answer within {scripts.WAIT} s" if came == SILENT else "found no way there"
    return Result(key="learners.network", state="enforced", sentence=f"{tried}. Another learner's container {how}.")


def _gateway(bob: Heard, friend: Heard) -> Result:
    """Whatever answers at the gateway, even with a refusal, is the engine's own network: so could a service there."""
    del friend
    found, address = outcomes(bob), bob.facts.get("gateway", "")
    ports = [name for name in found if name.startswith("gateway-")]
    answered = sorted((name.removeprefix("gateway-") for name in ports if found[name] == REACHED), key=int)
    others = [words for name, words in _SERVICES.items() if found.get(name) == REACHED]
    tried = f"A container knocked at {len(ports)} ports of its network's gateway {address}"
    if answered or others:
        parts = [f"port {', '.join(answered)} of the gateway"] if answered else []
        sentence = f"{tried} and at the machine: {_and([*parts, *others])} answered, so a service there can be reached."
        return Result(key="run.gateway", state="not enforced", sentence=sentence)
    if not ports:
        raise CannotTry("The container did not find its network's gateway.")
    there = " It is there (it answered ARP), but silent." if bob.facts.get("arp") == "0x2" else ""
    own = " and at the machine's own address" if "machine" in found else ""
    sentence = f"{tried}, at another learner's gateway{own}: nothing answered within {scripts.WAIT} s.{there}"
    return Result(key="run.gateway", state="enforced", sentence=sentence)


_SERVICES: Mapping[str, str] = {"ada-gateway": "another learner's gateway", "machine": "the machine's own address"}


def _and(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


TRIALS: Mapping[Sequence[str], Callable[[Bench], Iterator[Result]]] = {
    ("build.add",): fetches,
    ("build.network",): step_network,
    ("learners.network", "run.gateway", "run.network"): learner_networks,
}
