"""The order in which nodes are visited: zones in turn, within a zone as the nodes came.

After pkg/scheduler/backend/cache/node_tree.go. Where the visit starts (nextStartNodeIndex) is the cycle's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Zone = tuple[str, str]
REGION: Final = ("topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region")
ZONE: Final = ("topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone")


def zone_of(labels: Mapping[str, str]) -> Zone:
    """Return (region, zone) of a node's labels; the older names count where the newer are missing."""
    region = next((labels[key] for key in REGION if labels.get(key)), "")
    zone = next((labels[key] for key in ZONE if labels.get(key)), "")
    return region, zone


class NodeTree:
    """Names of nodes by zone. Zones stand in the order in which their first node came; an emptied zone is forgotten."""

    def __init__(self) -> None:
        self._zones: dict[Zone, dict[str, None]] = {}

    def add(self, name: str, labels: Mapping[str, str]) -> None:
        """Add a node at the end of its zone."""
        self._zones.setdefault(zone_of(labels), {})[name] = None

    def remove(self, name: str, labels: Mapping[str, str]) -> None:
        """Take a node out of the zone its labels say."""
        zone = zone_of(labels)
        del self._zones[zone][name]
        if not self._zones[zone]:
            del self._zones[zone]

    def update(self, name: str, old: Mapping[str, str], new: Mapping[str, str]) -> bool:
        """Move a node whose zone changed; tells whether the order changed."""
        if zone_of(old) == zone_of(new):
            return False
        self.remove(name, old)
        self.add(name, new)
        return True

    def order(self) -> list[str]:
        """Return all names: the first of each zone, the second of each zone, and so on."""
        zones = [list(names) for names in self._zones.values()]
        longest = max(map(len, zones), default=0)
        return [names[index] for index in range(longest) for names in zones if index < len(names)]

    def zones(self) -> list[list[str]]:
        """Return the names zone by zone, in their order."""
        return [list(names) for names in self._zones.values()]

    def arrange(self, zones: list[list[str]]) -> None:
        """Put zones and the names in them into the order of `zones`; what is not named there follows."""
        place = {name: (zone, index) for zone, names in enumerate(zones) for index, name in enumerate(names)}
        last = (len(zones), 0)
        sorted_zones = {
            zone: dict.fromkeys(sorted(names, key=lambda name: place.get(name, last)))
            for zone, names in self._zones.items()
        }
        by_first = sorted(sorted_zones.items(), key=lambda item: place.get(next(iter(item[1])), last))
        self._zones = dict(by_first)
