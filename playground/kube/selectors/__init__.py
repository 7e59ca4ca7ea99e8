"""Label, field and node selectors: parse, print, match. They are immutable and hashable: good cache keys."""

from playground.kube.selectors.fields import FieldSelector, parse_fields
from playground.kube.selectors.formats import label_value_problems, qualified_name_problems
from playground.kube.selectors.labels import EVERYTHING, NOTHING, LabelSelector, Requirement, Selector
from playground.kube.selectors.nodes import NodeSelector, NodeSelectorTerm
from playground.kube.selectors.parser import parse_labels

__all__ = [
    "EVERYTHING",
    "NOTHING",
    "FieldSelector",
    "LabelSelector",
    "NodeSelector",
    "NodeSelectorTerm",
    "Requirement",
    "Selector",
    "label_value_problems",
    "parse_fields",
    "parse_labels",
    "qualified_name_problems",
]
