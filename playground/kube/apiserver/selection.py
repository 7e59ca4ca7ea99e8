"""What a list or a watch asks for: one resource, a namespace or all, labels and fields."""

from __future__ import annotations

from dataclasses import dataclass

from playground.kube import errors
from playground.kube.apiserver.field_labels import fields_of, selector_of
from playground.kube.objects import meta
from playground.kube.objects.frozen import Object
from playground.kube.objects.kinds import Resource
from playground.kube.selectors import FieldSelector, parse_labels
from playground.kube.selectors.labels import Selector


@dataclass(frozen=True, slots=True)
class Selection:
    """A parsed request for objects. `namespace` None means all."""

    resource: Resource
    namespace: str | None
    labels: Selector
    fields: FieldSelector

    @classmethod
    def of(cls, resource: Resource, namespace: str | None, label_selector: str, field_selector: str) -> Selection:
        """Parse the selectors; raises ApiError BadRequest."""
        try:
            labels = parse_labels(label_selector)
        except ValueError as error:
            raise errors.bad_request(str(error)) from None
        where = namespace if resource.namespaced else None
        return cls(resource, where, labels, selector_of(resource, field_selector))

    @property
    def selective(self) -> bool:
        """Tell whether there is any selector."""
        return not self.labels.empty or bool(self.fields.terms)

    def matches(self, obj: Object) -> bool:
        """Tell whether an object is asked for."""
        if self.namespace is not None and meta.namespace(obj) != self.namespace:
            return False
        if not self.labels.empty and not self.labels.matches(meta.labels(obj)):
            return False
        terms = self.fields.terms
        return not terms or self.fields.matches(fields_of(self.resource, obj, [term.field for term in terms]))
