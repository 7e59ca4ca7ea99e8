"""KubeSchedulerConfiguration (kubescheduler.config.k8s.io/v1) as values: profiles, their plugins and weights, back-off.

Only reading and checking; the plugins are made in profile.py. Arguments of plugins are checked in config_args.py.
After pkg/scheduler/apis/config/{v1,validation} and pkg/scheduler/framework/runtime/framework.go (MultiPoint).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from playground.kube.errors import FieldError
from playground.kube.scheduler.config_args import check_args
from playground.kube.scheduler.config_fields import Fields
from playground.kube.scheduler.config_plugins import POINTS, default_plugins, merge_plugins

API_VERSION: Final = "kubescheduler.config.k8s.io/v1"
KIND: Final = "KubeSchedulerConfiguration"
DEFAULT_NAME: Final = "default-scheduler"

# Fields that are known and say nothing to a simulator without processes, connections or extenders.
IGNORED: Final = frozenset(
    {
        "parallelism",
        "leaderElection",
        "clientConnection",
        "healthzBindAddress",
        "metricsBindAddress",
        "enableProfiling",
        "enableContentionProfiling",
        "delayCacheUntilActive",
    }
)


class ConfigError(ValueError):
    """The configuration cannot be used. `errors` names every field that is wrong."""

    def __init__(self, errors: list[FieldError]) -> None:
        super().__init__("; ".join(map(str, errors)))
        self.errors = tuple(errors)


@dataclass(frozen=True, slots=True)
class ProfileConfig:
    """One profile. plugins: extension point -> plugin name -> weight (0: no scoring), in running order."""

    name: str
    plugins: Mapping[str, Mapping[str, int]]
    args: Mapping[str, Mapping[str, Any]]
    percentage: int | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """The whole configuration. percentage: percentageOfNodesToScore, 0 for the adaptive default. Times in seconds."""

    profiles: tuple[ProfileConfig, ...]
    percentage: int = 0
    initial_backoff: int = 1
    max_backoff: int = 10


def default(*, percentage: int = 0) -> Config:
    """Return the default configuration, if need be with another percentageOfNodesToScore."""
    return Config((ProfileConfig(DEFAULT_NAME, default_plugins(), {}),), percentage)


def read(document: Mapping[str, Any]) -> Config:
    """Read a KubeSchedulerConfiguration. Raises ConfigError naming all fields that are wrong."""
    errors: list[FieldError] = []
    top = Fields("", document, errors)
    top.one_of("apiVersion", (API_VERSION,), required=True)
    top.one_of("kind", (KIND,), required=True)
    if document.get("extenders"):
        top.forbidden("extenders", "extenders are not simulated")
    initial = top.whole("podInitialBackoffSeconds", 1, low=1, rule="must be greater than 0")
    highest = top.whole("podMaxBackoffSeconds", 10)
    if highest < initial:
        top.invalid("podMaxBackoffSeconds", highest, "must be greater than or equal to PodInitialBackoffSeconds")
    percentage = _percentage(top) or 0
    profiles = tuple(_profiles(top))
    top.unknown(IGNORED | {"extenders"})
    if errors:
        raise ConfigError(errors)
    return Config(profiles, percentage, initial, highest)


def _profiles(top: Fields) -> Iterator[ProfileConfig]:
    items = top.list("profiles")
    if not items:
        items = [Fields("profiles[0]", {}, top.errors)]
    seen: set[str] = set()
    for item in items:
        name = item.text("schedulerName", DEFAULT_NAME if len(items) == 1 else "")
        if not name:
            item.required("schedulerName")
        elif name in seen:
            item.duplicate("schedulerName", name)
        seen.add(name)
        plugins = merge_plugins(item.map("plugins"))
        args = _args(item)
        percentage = _percentage(item)
        item.unknown()
        yield ProfileConfig(name, plugins, args, percentage)


def _percentage(fields: Fields) -> int | None:
    if not fields.has("percentageOfNodesToScore"):
        return None
    return fields.whole("percentageOfNodesToScore", 0, low=0, high=100, rule="not in valid range [0-100]")


def _args(profile: Fields) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for item in profile.list("pluginConfig"):
        name = item.text("name", "")
        if not name:
            item.required("name")
        elif name in found:
            item.duplicate("name", name)
        elif name not in POINTS:
            item.invalid("name", name, "plugin does not exist")
        args = item.map("args")
        args.drop("apiVersion", "kind")
        check_args(name, args)
        item.unknown()
        found[name] = args.values
    return found
