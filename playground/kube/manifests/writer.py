"""Writes objects as YAML, fields in order of their names as `kubectl get -o yaml` does (sigs.k8s.io/yaml)."""

from __future__ import annotations

import re
from typing import Any

import yaml
from yaml.nodes import ScalarNode

from playground.kube.manifests.scalars import resolve
from playground.kube.objects.frozen import List, Map, Object

# What goyaml reads as a time or as a number to base 60 if it stands without quotes.
_OTHER = re.compile(r"\d{4}-\d{1,2}-\d{1,2}([Tt ]\d{1,2}:\d{1,2}:\d{1,2}.*)?|[-+]?\d[\d_]*(:[0-5]?\d)+(\.[\d_]*)?")
_NEVER_FOLD = -1  # libyaml's word for lines of any length


class _Dumper(yaml.CSafeDumper):
    """Quotes what would read as something else, writes long texts as blocks and knows no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        """Say yes: the same value twice is written twice."""
        return True


def _text(dumper: yaml.representer.SafeRepresenter, text: str) -> ScalarNode:
    """Return the node of a text: a block for several lines, quotes for what is no text without them."""
    style = None
    if "\n" in text and not any(line.endswith(" ") for line in text.splitlines()):
        style = "|"
    elif not text or resolve(text) != text or _OTHER.fullmatch(text):
        style = '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(Map, yaml.representer.SafeRepresenter.represent_dict)
_Dumper.add_representer(List, yaml.representer.SafeRepresenter.represent_list)


def write(obj: Object) -> str:
    """Return one object as YAML that read() reads back to the same value."""
    text: str = yaml.dump(
        obj, Dumper=_Dumper, sort_keys=True, default_flow_style=False, allow_unicode=True, width=_NEVER_FOLD
    )
    return text
