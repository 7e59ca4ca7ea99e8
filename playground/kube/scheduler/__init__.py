"""kube-scheduler v1.36: the actor, its configuration and its traces. Plugins are in plugins/, run by cycle.py."""

from playground.kube.scheduler.config import Config, ConfigError
from playground.kube.scheduler.scheduler import Scheduler
from playground.kube.scheduler.trace import Decision, Details, Summary

__all__ = ["Config", "ConfigError", "Decision", "Details", "Scheduler", "Summary"]
