"""All controllers, in the order of their turns. A controller's name is the component that its events name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from playground.kube.client.controller import Context
from playground.kube.controllers.cronjob.controller import CronJobController
from playground.kube.controllers.daemonset.controller import DaemonSetController
from playground.kube.controllers.deployment import DeploymentController
from playground.kube.controllers.disruption import DisruptionController
from playground.kube.controllers.endpoints import EndpointsController
from playground.kube.controllers.endpointslice import EndpointSliceController
from playground.kube.controllers.garbage_collector import GarbageCollector
from playground.kube.controllers.horizontal_pod_autoscaler import HorizontalPodAutoscalerController
from playground.kube.controllers.job import JobController
from playground.kube.controllers.namespace import NamespaceController
from playground.kube.controllers.node_lifecycle import NodeLifecycle
from playground.kube.controllers.node_ttl import NodeTtl
from playground.kube.controllers.pod_gc import PodGarbageCollector
from playground.kube.controllers.replicaset import ReplicaSetController
from playground.kube.controllers.replication_controller import ReplicationController
from playground.kube.controllers.resource_quota import ResourceQuotaController
from playground.kube.controllers.serviceaccount import RootCertificatePublisher, ServiceAccountsController
from playground.kube.controllers.statefulset.controller import StatefulSetController
from playground.kube.controllers.taint_eviction import TaintEviction
from playground.kube.controllers.ttl_after_finished import TtlAfterFinished
from playground.kube.controllers.volumes.binder import PersistentVolumeController
from playground.kube.controllers.volumes.ephemeral import EphemeralVolumes
from playground.kube.controllers.volumes.protection import ClaimProtection, VolumeProtection
from playground.kube.controllers.volumes.provisioner import Provisioner
from playground.kube.loop import Actor

Factory = Callable[[Context], Actor]

CONTROLLERS: Final[Mapping[str, Factory]] = {
    DeploymentController.name: DeploymentController,
    ReplicaSetController.name: ReplicaSetController,
    ReplicationController.name: ReplicationController,
    StatefulSetController.name: StatefulSetController,
    DaemonSetController.name: DaemonSetController,
    GarbageCollector.name: GarbageCollector,
    CronJobController.name: CronJobController,
    JobController.name: JobController,
    TtlAfterFinished.name: TtlAfterFinished,
    DisruptionController.name: DisruptionController,
    HorizontalPodAutoscalerController.name: HorizontalPodAutoscalerController,
    EndpointSliceController.name: EndpointSliceController,
    EndpointsController.name: EndpointsController,
    EphemeralVolumes.name: EphemeralVolumes,
    PersistentVolumeController.name: PersistentVolumeController,
    Provisioner.name: Provisioner,
    ClaimProtection.name: ClaimProtection,
    VolumeProtection.name: VolumeProtection,
    NamespaceController.name: NamespaceController,
    PodGarbageCollector.name: PodGarbageCollector,
    ResourceQuotaController.name: ResourceQuotaController,
    ServiceAccountsController.name: ServiceAccountsController,
    RootCertificatePublisher.name: RootCertificatePublisher,
    NodeLifecycle.name: NodeLifecycle,
    NodeTtl.name: NodeTtl,
    TaintEviction.name: TaintEviction,
}
