"""What a command is, and the sets of flags that many commands share. Which commands there are is tree's matter."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from playground.kube.kubectl.flags import Arguments, Flag
from playground.kube.kubectl.session import Session

Action = Callable[[Session, Arguments], None]
Flags = tuple[Flag, ...]
WEEK: Final = 7 * 24 * 3600 * 10**9  # nanoseconds


@dataclass(frozen=True, slots=True)
class Command:
    """One command: what it does, its own flags, its other names, and the flags it cannot do without."""

    action: Action
    flags: Flags = ()
    aliases: tuple[str, ...] = ()
    required: tuple[str, ...] = ()


def switches(*names: str) -> Flags:
    """Return flags that are on or off."""
    return tuple(Flag(name, "bool") for name in names)


def texts(*names: str) -> Flags:
    """Return flags with a text."""
    return tuple(Flag(name) for name in names)


def lists(*names: str) -> Flags:
    """Return flags that may be repeated."""
    return tuple(Flag(name, "list") for name in names)


GLOBAL: Final[Flags] = (
    Flag("namespace", short="n"),
    Flag("server", short="s"),
    Flag("help", "bool", short="h"),
    Flag("v", "int", short="v"),
    *texts("context", "kubeconfig", "cluster", "user", "token", "as", "request-timeout", "cache-dir", "profile"),
    *texts("certificate-authority", "client-certificate", "client-key", "tls-server-name"),
    Flag("as-group", "list"),
    *switches("insecure-skip-tls-verify", "match-server-version", "warnings-as-errors"),
)
FILES: Final[Flags] = (
    Flag("filename", "list", short="f"),
    Flag("kustomize", short="k"),
    Flag("recursive", "bool", "R"),
)
PRINT: Final[Flags] = (
    Flag("output", short="o"),
    Flag("template"),
    *switches("show-managed-fields"),
    Flag("allow-missing-template-keys", "bool", default=True),
)
DRY: Final = Flag("dry-run", default="none", bare="unchanged")
CHECK: Final = Flag("validate", default="strict", bare="strict")
SELECT: Final[Flags] = (Flag("selector", short="l"), Flag("all", "bool"))
FIELDS: Final = Flag("field-selector")
EVERYWHERE: Final = Flag("all-namespaces", "bool", short="A")
WRITE: Final[Flags] = (*PRINT, DRY, Flag("field-manager"))
MAKE: Final[Flags] = (*WRITE, CHECK, Flag("save-config", "bool"))
CHANGE: Final[Flags] = (*FILES, *WRITE, Flag("record", "bool"))
SOURCES: Final[Flags] = (
    *(Flag(f"from-{name}", "list") for name in ("literal", "file", "env-file")),
    *switches("append-hash"),
)
RULE_FLAGS: Final[Flags] = lists("verb", "resource", "resource-name")
ROLLOUT: Final[Flags] = (*FILES, *PRINT, *SELECT[:1], Flag("field-manager"), Flag("timeout", "duration"))
DRAIN: Final[Flags] = (
    Flag("grace-period", "int", default=-1),
    *switches("force", "ignore-daemonsets", "delete-emptydir-data", "disable-eviction"),
    Flag("timeout", "duration"),
    Flag("skip-wait-for-delete-timeout", "int"),
    *texts("pod-selector"),
    Flag("chunk-size", "int", default=500),
)
PODS: Final[Flags] = (Flag("container", short="c"), Flag("pod-running-timeout", "duration"))
