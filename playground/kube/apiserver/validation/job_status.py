"""Rules of a Job's status: what may be said together, and what may not be taken back.

A rule is applied only where its fields changed, as JobStatusValidationOptions of pkg/registry/batch/job/strategy.go
has it; so a status that broke a newer rule can still be updated. Source: pkg/apis/batch/validation, v1.36.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from playground.kube.apiserver.validation import field
from playground.kube.apiserver.validation.conditions import is_false, is_true
from playground.kube.apiserver.validation.counts import count, nonnegative
from playground.kube.apiserver.validation.field import FieldError, Path
from playground.kube.apiserver.validation.golang import marshal
from playground.kube.apiserver.validation.job_indexes import count_indexes, first_overlap
from playground.kube.apiserver.validation.job_policies import unshown
from playground.kube.objects.frozen import Object

Fields = Mapping[str, Any]
STATUS: Final = Path("status")
CONDITIONS: Final = STATUS.child("conditions")
TERMINAL: Final = ("Failed", "Complete", "FailureTarget")


def _finished(status: Fields) -> bool:
    return is_true(status, "Complete") or is_true(status, "Failed")


@dataclass(frozen=True, slots=True)
class Change:
    """Both statuses of one update, with the spec they belong to."""

    spec: Fields
    new: Fields
    old: Fields

    def differs(self, *names: str) -> bool:
        """Whether any of the fields changed."""
        return any(self.new.get(name) != self.old.get(name) for name in names)

    def turned(self, *kinds: str) -> bool:
        """Whether any of the conditions became true or stopped being so."""
        return any(is_true(self.new, kind) != is_true(self.old, kind) for kind in kinds)

    def finished_or_reopened(self) -> bool:
        """Whether the Job became finished, or stopped being so."""
        return _finished(self.new) != _finished(self.old)


def validate_job_status_update(obj: Object, old: Object) -> list[FieldError]:
    """All rules for a new status, in the real order."""
    change = Change(obj["spec"], obj.get("status") or {}, old.get("status") or {})
    errors = nonnegative(STATUS, change.new, "active", "succeeded", "failed", "ready", "terminating")
    errors += _validate_uncounted(change.new.get("uncountedTerminatedPods") or {})
    for rules in (_terminal_conditions, _times, _met_conditions, _finished_pods, _indexes, _counts, _success, _history):
        errors += rules(change)
    return errors


def _validate_uncounted(pods: Fields) -> list[FieldError]:
    path, seen = STATUS.child("uncountedTerminatedPods"), set()
    errors: list[FieldError] = []
    for name in ("succeeded", "failed"):
        for position, uid in enumerate(pods.get(name) or []):
            place = path.child(name).index(position)
            if not uid:
                errors.append(field.invalid(place, field.typed(uid), "must not be empty"))
            elif uid in seen:
                errors.append(field.duplicate(place, field.typed(uid)))
            seen.add(uid)
    return errors


def _terminal_conditions(change: Change) -> Iterator[FieldError]:
    complete = is_true(change.new, "Complete")
    if change.turned("Complete", "Failed") and complete and is_true(change.new, "Failed"):
        yield unshown(CONDITIONS, "cannot set Complete=True and Failed=true conditions")
    if change.turned("Complete", "FailureTarget") and complete and is_true(change.new, "FailureTarget"):
        yield unshown(CONDITIONS, "cannot set Complete=True and FailureTarget=true conditions")


def _times(change: Change) -> Iterator[FieldError]:
    path, ended, began = STATUS.child("completionTime"), change.new.get("completionTime"), change.new.get("startTime")
    complete = is_true(change.new, "Complete")
    if change.turned("Complete") or change.differs("completionTime"):
        if ended is not None and not complete:
            yield field.invalid(path, ended, "cannot set completionTime when there is no Complete=True condition")
        if ended is None and complete:
            yield field.required(path, "completionTime is required for Complete jobs")
    # Times are written in one form and zone, so text compares as time does.
    if change.differs("startTime", "completionTime") and began is not None and ended is not None and ended < began:
        yield field.invalid(path, ended, "must be equal to or after `startTime`")


def _met_conditions(change: Change) -> Iterator[FieldError]:
    failed, complete = is_true(change.new, "Failed"), is_true(change.new, "Complete")
    targeted, met = is_true(change.new, "FailureTarget"), is_true(change.new, "SuccessCriteriaMet")
    if (change.turned("Failed") or change.differs("failedIndexes")) and failed and not targeted:
        yield unshown(CONDITIONS, "cannot set Failed=True condition without the FailureTarget=true condition")
    if change.turned("Complete", "SuccessCriteriaMet") and complete and not met:
        says = "cannot set Complete=True condition without the SuccessCriteriaMet=true condition"
        yield unshown(CONDITIONS, says)


def _finished_pods(change: Change) -> Iterator[FieldError]:
    if not _finished(change.new):
        return
    turned = change.finished_or_reopened()
    if (turned or change.differs("active")) and count(change.new, "active") > 0:
        yield field.invalid(STATUS.child("active"), change.new["active"], "active>0 is invalid for finished job")
    unstarted = change.spec.get("suspend") and change.spec.get("completions") == 0
    if (turned or change.differs("startTime")) and not unstarted and change.new.get("startTime") is None:
        yield field.required(STATUS.child("startTime"), "startTime is required for finished job")
    pods = change.new.get("uncountedTerminatedPods")
    if (turned or change.differs("uncountedTerminatedPods")) and pods and (pods.get("failed") or pods.get("succeeded")):
        shown = marshal("*batch.UncountedTerminatedPods", pods)
        yield field.invalid(STATUS.child("uncountedTerminatedPods"), shown, "must be empty for finished job")


def _indexes(change: Change) -> Iterator[FieldError]:
    completions, per_index = change.spec.get("completions"), change.spec.get("backoffLimitPerIndex")
    done, lost = change.new.get("completedIndexes") or "", change.new.get("failedIndexes")
    done_path, lost_path = STATUS.child("completedIndexes"), STATUS.child("failedIndexes")
    done_changed, lost_changed = change.differs("completedIndexes"), change.differs("failedIndexes")
    if done_changed and completions is not None:
        yield from _readable(done_path, done, completions)
    if lost_changed and None not in {completions, per_index} and lost is not None:
        yield from _readable(lost_path, lost, completions or 0)
    if done_changed and done and change.spec.get("completionMode") != "Indexed":
        yield field.invalid(done_path, done, "cannot set non-empty completedIndexes when non-indexed completion mode")
    if lost_changed and per_index is None and lost is not None:
        yield field.invalid(lost_path, lost, "cannot set non-null failedIndexes when backoffLimitPerIndex is null")
    if (done_changed or lost_changed) and completions is not None and lost is not None:
        overlap = first_overlap(done, lost, completions)
        if overlap is not None:
            yield field.invalid(lost_path, lost, f"failedIndexes and completedIndexes overlap at index: {overlap}")


def _readable(path: Path, text: str, completions: int) -> Iterator[FieldError]:
    try:
        count_indexes(text, completions)
    except ValueError as error:
        yield field.invalid(path, text, f"error parsing {path.rpartition('.')[2]}: {error}")


def _counts(change: Change) -> Iterator[FieldError]:
    terminating, ready = count(change.new, "terminating"), change.new.get("ready")
    if (change.finished_or_reopened() or change.differs("terminating")) and terminating > 0 and _finished(change.new):
        yield field.invalid(STATUS.child("terminating"), terminating, "terminating>0 is invalid for finished job")
    if change.differs("ready", "active") and ready is not None and ready > count(change.new, "active"):
        yield field.invalid(STATUS.child("ready"), ready, "cannot set more ready pods than active")


def _success(change: Change) -> Iterator[FieldError]:
    met = is_true(change.new, "SuccessCriteriaMet")
    if met and is_true(change.new, "Failed"):
        yield unshown(CONDITIONS, "cannot set SuccessCriteriaMet=True and Failed=true conditions")
    if met and is_true(change.new, "FailureTarget"):
        yield unshown(CONDITIONS, "cannot set SuccessCriteriaMet=True and FailureTarget=true conditions")
    if change.spec.get("successPolicy") is not None and not met and is_true(change.new, "Complete"):
        says = "cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True"
        yield unshown(CONDITIONS, says)


def _history(change: Change) -> Iterator[FieldError]:
    new, old, spec = change.new, change.old, change.spec
    for kind in TERMINAL:
        if is_true(old, kind) and not is_true(new, kind):
            yield unshown(CONDITIONS, f"cannot disable the terminal {kind}=True condition")
    if count(new, "failed") < count(old, "failed"):
        yield field.invalid(STATUS.child("failed"), count(new, "failed"), "cannot decrease the failed counter")
    # An Indexed Job whose completions equal its parallelism may be scaled down.
    elastic = spec.get("completionMode") == "Indexed" and spec.get("completions") == spec.get("parallelism")
    if not elastic and count(new, "succeeded") < count(old, "succeeded"):
        says = "cannot decrease the succeeded counter"
        yield field.invalid(STATUS.child("succeeded"), count(new, "succeeded"), says)
    yield from _fixed_times(change)
    met, was_met = is_true(new, "SuccessCriteriaMet"), is_true(old, "SuccessCriteriaMet")
    if was_met and not met:
        yield unshown(CONDITIONS, "cannot disable the SuccessCriteriaMet=True condition")
    if is_true(old, "Complete") and not was_met and met:
        says = "cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions"
        yield unshown(CONDITIONS, says)


def _fixed_times(change: Change) -> Iterator[FieldError]:
    ended, began = change.new.get("completionTime"), change.new.get("startTime")
    if ended is not None and change.old.get("completionTime") is not None and change.differs("completionTime"):
        yield field.invalid(STATUS.child("completionTime"), ended, "field is immutable")
    resuming = is_true(change.old, "Suspended") and is_false(change.new, "Suspended")
    moved = change.old.get("startTime") is not None and change.differs("startTime")
    if moved and not resuming and not change.spec.get("suspend"):
        yield field.invalid(STATUS.child("startTime"), began, "field is immutable for unsuspended job once set")
