"""The Deployment controller: replaces pods of one template by pods of another without losing the service."""

from playground.kube.controllers.deployment.controller import DeploymentController

__all__ = ["DeploymentController"]
