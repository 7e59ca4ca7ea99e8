"""The Job controller: pods that run to their end, counted once each.

After pkg/controller/job. A sync looks at a Job and its pods (work), decides whether it is over (ending), makes or
deletes pods (managing), and counts the ended ones (tracking): first their uids go into the status, then they lose the
tracking finalizer, then the counters rise. So a crash at any point counts no pod twice.
"""

from playground.kube.controllers.job.controller import JobController

__all__ = ["JobController"]
