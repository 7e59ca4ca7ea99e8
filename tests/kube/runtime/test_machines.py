"""The machines are the world outside: they join, things happen to them, and a snapshot holds all of it."""

import json

from playground.kube.runtime.machines import Happening, Machine, Machines


def test_each_machine_gets_an_address_of_its_own() -> None:
    machines = Machines()
    for number in range(300):
        machines.add(Machine(f"n{number}"))
    addresses = [machine.address for machine in machines.by_name.values()]
    assert addresses[:2] == ["10.0.0.1", "10.0.0.2"]
    assert (len(set(addresses)), addresses[299]) == (300, "10.0.1.44")


def test_what_happened_is_taken_once_and_in_order() -> None:
    machines = Machines()
    machines.happened(Happening("cut", "n1", command=1))
    machines.happened(Happening("mended", "n1", command=2))
    assert [each.what for each in machines.take()] == ["cut", "mended"]
    assert machines.take() == []


def test_a_kubelet_is_reached_while_its_machine_runs_and_is_connected() -> None:
    machine = Machine("n1")
    assert machine.reachable
    machine.connected = False
    assert not machine.reachable


def test_the_state_brings_everything_back() -> None:
    machines = Machines()
    machines.add(Machine("n1", cpu=2.0, uid="u"))
    machines.by_name["n1"].filled = 5
    machines.registry.broken = True
    machines.failing["pod"] = "default/web"
    machines.happened(Happening("memory", "n1", command=3))
    again = Machines()
    again.restore(json.loads(json.dumps(machines.state())))
    assert again == machines
