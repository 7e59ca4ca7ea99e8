"""How long things take and how often they are tried. Seconds.

After pkg/kubelet/kubelet.go (backOffPeriod, imageBackOffPeriod, MaxImageBackOff, newCrashLoopBackOff),
util/goroutinemap/exponentialbackoff and client-go/tools/record/events_cache.go. Where the real program adds chance (a
sync that failed comes again after 10 to 15 s) a number from its middle stands here; what only a machine decides (a
sandbox, a pull) is a round number that common hardware shows.
"""

from __future__ import annotations

from typing import Final

SANDBOX: Final = 0.8  # to set up a pod's sandbox and its network
NOTICE: Final = 1.0  # the kubelet looks at its containers once a second (genericPlegRelistPeriod)
RETRY: Final = 12.0  # until a sync that failed comes again: 10 s, and up to half of it on top
BACKOFF: Final = 10.0  # the first back-off of a container that ended, and of an image that could not be pulled
BACKOFF_MAX: Final = 300.0
STABLE: Final = 600.0  # a container that ran so long begins with the first back-off again
PULL_STABLE: Final = 2 * BACKOFF_MAX
MOUNT_RETRY: Final = 0.5  # doubled by each failure
MOUNT_RETRY_MAX: Final = 122.0
LEAST_GRACE: Final = 2.0  # what every container gets between SIGTERM and SIGKILL

RESOLVE: Final = 0.4  # to ask a registry what an image is
BANDWIDTH: Final = 50_000_000.0  # bytes a second that a node pulls

EVENT_BURST: Final = 25.0  # events about one pod in a row
EVENT_REFILL: Final = 300.0  # then one in so many seconds
