"""DefaultRuntime is what the kubelets ask for."""

from playground.kube.runtime.default import DefaultRuntime
from playground.kube.runtime.protocol import Container, Runtime
from tests.kube.runtime.starts import START, start


def test_it_speaks_the_protocol_and_the_same_start_gives_the_same_life() -> None:
    runtime: Runtime = DefaultRuntime()
    one: Container = runtime.create(start("drydock/crashes"), START)
    other: Container = runtime.create(start("drydock/crashes"), START)
    assert one.ending() == other.ending()
    assert runtime.image("nginx") is not None
    assert runtime.image("ngnix") is None
