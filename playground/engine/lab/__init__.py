"""The engine we start ourselves, made fit for strangers: what bounds it, piece by piece. Called by `daemon_process`.

In the starter: `totals`, `plan`, `cgroups`, `disk`. Outermost process: `janitor`. First in the namespaces: `keeper`,
which mounts (`disk`), writes rules (`firewall`), users (`users`) and quotas (`watcher`), then runs `dockerd`. Before
each step and container: `shim`. What a machine has not got is noted (`notes`) and said, never passed over.
"""
