"""Property tests of the simulator run beside others on a busy machine: a slow example is no failure."""

from hypothesis import settings

settings.register_profile("kube", deadline=None)
settings.load_profile("kube")
