"""The API server: verbs over the store, with the rules of the real one. The wire is in rest/."""

from playground.kube.apiserver.options import Answer, DeleteOptions, Options, Preconditions
from playground.kube.apiserver.server import ApiServer
from playground.kube.apiserver.updating import Target
from playground.kube.apiserver.watching import Event, ObjectWatch, WatchOptions

__all__ = [
    "Answer",
    "ApiServer",
    "DeleteOptions",
    "Event",
    "ObjectWatch",
    "Options",
    "Preconditions",
    "Target",
    "WatchOptions",
]
