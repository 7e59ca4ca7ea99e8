"""The DaemonSet controller: one pod on every node that fits, replaced node by node when the template changes."""
