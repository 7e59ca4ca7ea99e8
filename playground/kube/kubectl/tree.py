"""The tree of commands: what each word leads to, which flags it takes, and what else it is called.

Source: k8s.io/kubectl/pkg/cmd/cmd.go and the New... functions of each command. A new command is one entry here,
or in tree_create.
"""

from collections.abc import Mapping
from typing import Final

from playground.kube.kubectl.command import (
    CHANGE,
    CHECK,
    DRAIN,
    DRY,
    EVERYWHERE,
    FIELDS,
    FILES,
    MAKE,
    PODS,
    PRINT,
    ROLLOUT,
    SELECT,
    WRITE,
    Command,
    lists,
    switches,
    texts,
)
from playground.kube.kubectl.commands import (
    about,
    apply,
    create_service,
    delete,
    describe,
    get,
    label,
    logs,
    nodes,
    patch,
    rollout,
    run_pod,
    set_image,
    set_template,
    streams,
    top,
    wait,
)
from playground.kube.kubectl.flags import Flag
from playground.kube.kubectl.tree_create import CREATE

COMMANDS: Final[Mapping[str, Command]] = {
    **CREATE,
    "annotate": Command(
        label.annotate,
        (*CHANGE, *SELECT, FIELDS, EVERYWHERE, *switches("overwrite", "list", "local"), *texts("resource-version")),
    ),
    "api-resources": Command(
        about.api_resources,
        (
            *PRINT,
            Flag("namespaced", "bool", default=True),
            *texts("api-group", "sort-by"),
            *switches("no-headers", "cached"),
            Flag("verbs", "list"),
            Flag("categories", "list"),
        ),
    ),
    "apply": Command(
        apply.apply,
        (
            *CHANGE,
            *SELECT,
            CHECK,
            Flag("cascade", default="background", bare="background"),
            Flag("grace-period", "int", default=-1),
            Flag("timeout", "duration"),
            *switches("server-side", "force-conflicts", "prune", "force", "wait", "overwrite", "openapi-patch"),
        ),
    ),
    "attach": Command(streams.attach, (*PODS, *switches("stdin", "tty", "quiet"))),
    "auth": Command(about.group_of_commands),
    "auth can-i": Command(
        about.can_i, (EVERYWHERE, Flag("quiet", "bool", "q"), *switches("list", "no-headers"), *texts("subresource"))
    ),
    "autoscale": Command(
        patch.autoscale,
        (
            *CHANGE,
            Flag("min", "int", default=-1),
            Flag("max", "int", default=-1),
            Flag("cpu-percent", "int", default=-1),
            *texts("cpu", "memory", "name"),
        ),
        required=("max",),
    ),
    "cordon": Command(nodes.cordoner(on=True), (*PRINT, DRY, SELECT[0])),
    "cp": Command(streams.copy, (PODS[0], *switches("no-preserve"), Flag("retries", "int"))),
    "delete": Command(
        delete.delete,
        (
            *FILES,
            *SELECT,
            FIELDS,
            EVERYWHERE,
            DRY,
            Flag("output", short="o"),
            Flag("cascade", default="background", bare="background"),
            Flag("grace-period", "int", default=-1),
            Flag("timeout", "duration"),
            Flag("wait", "bool", default=True),
            Flag("interactive", "bool", short="i"),
            *switches("force", "now", "ignore-not-found"),
            *texts("raw"),
        ),
    ),
    "describe": Command(
        describe.describe,
        (
            *FILES,
            SELECT[0],
            EVERYWHERE,
            Flag("show-events", "bool", default=True),
            Flag("chunk-size", "int", default=500),
        ),
    ),
    "drain": Command(nodes.drain, (*PRINT, DRY, SELECT[0], *DRAIN)),
    "edit": Command(
        patch.edit, (*FILES, *MAKE, *switches("output-patch", "windows-line-endings"), *texts("subresource"))
    ),
    "exec": Command(
        streams.execute,
        (*FILES, *PODS, Flag("stdin", "bool", "i"), Flag("tty", "bool", "t"), Flag("quiet", "bool", "q")),
    ),
    "explain": Command(
        about.explain,
        (
            *switches("recursive"),
            *texts("api-version"),
            Flag("max-depth", "int"),
            Flag("output", default="plaintext"),
        ),
    ),
    "expose": Command(
        create_service.expose,
        (
            *CHANGE,
            *SELECT,
            *texts("port", "protocol", "type", "target-port", "external-ip", "name", "session-affinity"),
            *texts("cluster-ip", "load-balancer-ip", "overrides", "override-type"),
            Flag("labels"),
        ),
    ),
    "get": Command(
        get.get,
        (
            *FILES,
            *PRINT,
            SELECT[0],
            FIELDS,
            EVERYWHERE,
            Flag("watch", "bool", short="w"),
            Flag("label-columns", "list", short="L"),
            *switches(
                "watch-only", "no-headers", "ignore-not-found", "show-labels", "show-kind", "output-watch-events"
            ),
            *texts("raw", "sort-by", "subresource"),
            Flag("server-print", "bool", default=True),
            Flag("chunk-size", "int", default=500),
        ),
    ),
    "label": Command(
        label.label,
        (*CHANGE, *SELECT, FIELDS, EVERYWHERE, *switches("overwrite", "list", "local"), *texts("resource-version")),
    ),
    "logs": Command(
        logs.logs,
        (
            *PODS,
            SELECT[0],
            Flag("follow", "bool", short="f"),
            Flag("previous", "bool", short="p"),
            Flag("tail", "int", default=-1),
            Flag("since", "duration"),
            Flag("limit-bytes", "int"),
            Flag("max-log-requests", "int", default=5),
            *switches("timestamps", "all-containers", "all-pods", "prefix", "ignore-errors"),
            *texts("since-time"),
        ),
    ),
    "patch": Command(
        patch.patch,
        (
            *CHANGE,
            Flag("patch", short="p"),
            Flag("patch-file"),
            Flag("type", default="strategic"),
            Flag("local", "bool"),
            *texts("subresource"),
        ),
    ),
    "port-forward": Command(streams.port_forward, (PODS[1], Flag("address", "list"))),
    "replace": Command(
        apply.replace,
        (
            *CHANGE,
            CHECK,
            Flag("grace-period", "int", default=-1),
            Flag("cascade", default="background", bare="background"),
            Flag("timeout", "duration"),
            *switches("force", "wait", "save-config"),
            *texts("raw", "subresource"),
        ),
    ),
    "rollout": Command(about.group_of_commands),
    "rollout history": Command(rollout.history, (*ROLLOUT, Flag("revision", "int"))),
    "rollout pause": Command(rollout.pauser(paused=True), ROLLOUT),
    "rollout restart": Command(rollout.restart, ROLLOUT),
    "rollout resume": Command(rollout.pauser(paused=False), ROLLOUT),
    "rollout status": Command(
        rollout.status, (*ROLLOUT, Flag("revision", "int"), Flag("watch", "bool", short="w", default=True))
    ),
    "rollout undo": Command(rollout.undo, (*ROLLOUT, DRY, Flag("to-revision", "int"))),
    "run": Command(
        run_pod.run_pod,
        (
            *MAKE,
            *texts("image", "restart", "port", "labels", "image-pull-policy", "overrides", "override-type", "cascade"),
            Flag("env", "list"),
            Flag("annotations", "list"),
            Flag("stdin", "bool", short="i"),
            Flag("tty", "bool", short="t"),
            Flag("quiet", "bool", short="q"),
            *switches("rm", "attach", "expose", "command", "privileged", "force", "now", "leave-stdin-open"),
            *PODS[1:],
        ),
        required=("image",),
    ),
    "scale": Command(
        patch.scale,
        (
            *CHANGE,
            *SELECT,
            Flag("replicas", "int"),
            Flag("current-replicas", "int", default=-1),
            Flag("timeout", "duration"),
            *texts("resource-version"),
        ),
        required=("replicas",),
    ),
    "set": Command(about.group_of_commands),
    "set env": Command(
        set_template.set_env,
        (
            *CHANGE,
            *SELECT,
            Flag("containers", short="c", default="*"),
            Flag("env", "list", short="e"),
            Flag("overwrite", "bool", default=True),
            *lists("keys"),
            *texts("from", "prefix"),
            *switches("list", "resolve", "local"),
        ),
    ),
    "set image": Command(set_image.set_image, (*CHANGE, *SELECT, *switches("local"))),
    "set resources": Command(
        set_template.set_resources,
        (
            *CHANGE,
            *SELECT,
            Flag("containers", short="c", default="*"),
            *texts("limits", "requests"),
            *switches("local"),
        ),
    ),
    "taint": Command(nodes.taint, (*WRITE, *SELECT, CHECK, *switches("overwrite"))),
    "top": Command(about.group_of_commands),
    "top node": Command(
        top.top_node,
        (SELECT[0], *texts("sort-by"), *switches("no-headers", "use-protocol-buffers", "show-capacity")),
        ("nodes", "no"),
    ),
    "top pod": Command(
        top.top_pod,
        (
            SELECT[0],
            FIELDS,
            EVERYWHERE,
            *texts("sort-by"),
            *switches("no-headers", "containers", "sum", "use-protocol-buffers"),
        ),
        ("pods", "po"),
    ),
    "uncordon": Command(nodes.cordoner(on=False), (*PRINT, DRY, SELECT[0])),
    "wait": Command(
        wait.wait,
        (
            *FILES,
            *PRINT,
            *SELECT,
            FIELDS,
            EVERYWHERE,
            Flag("for", "list"),
            Flag("timeout", "duration"),
            *switches("local"),
        ),
    ),
}
# Commands below those above that are left out.
LEFT_OUT: Final = frozenset(
    {
        *("auth reconcile", "auth whoami", "create secret docker-registry", "create secret tls", "create token"),
        *("apply edit-last-applied", "apply set-last-applied", "apply view-last-applied"),
        *("set selector", "set serviceaccount", "set subject"),
    }
)
# Flags that would change what is sent or printed, but are left out: of every command, or of one.
FLAGS_LEFT_OUT: Final = frozenset(
    {
        *("--api-version", "--append-hash", "--as", "--as-group", "--attach"),
        *("--categories", "--disable-eviction", "--external-ip", "--follow", "--help", "--kustomize"),
        *("--load-balancer-ip", "--local", "--max-depth", "--output-patch"),
        *("--output-watch-events", "--override-type", "--overrides", "--pod-selector", "--privileged"),
        *("--prune", "--raw", "--resolve", "--resource-version", "--rm", "--show-managed-fields"),
        *("--sum", "--warnings-as-errors", "--windows-line-endings"),
        *("api-resources --verbs", "create --edit", "edit --subresource", "explain --recursive"),
        *("get --subresource", "run --expose", "run --stdin", "run --tty"),
    }
)
# What "kubectl" alone lists besides, and what it suggests when a word is nearly right.
OTHER_WORDS: Final = (
    "alpha",
    "api-versions",
    "certificate",
    "cluster-info",
    "completion",
    "config",
    "debug",
    "diff",
    "events",
    "help",
    "kustomize",
    "options",
    "plugin",
    "proxy",
    "version",
)
SUGGESTED: Final = {"rm": "delete", "remove": "delete", "ps": "get", "list": "get"}
