"""Source: text that remembers its file, line and column.

YAML and TOML are read into positioned `nodes`; what a model has against them is said at the place
where it stands (`mistakes`). Of a file the data comes first, and its nodes when somebody asks
(`written`). Nothing here opens a file.
"""

from package_format.source.mistakes import validated
from package_format.source.nodes import (
    ListNode,
    MappingNode,
    Node,
    ScalarNode,
    Source,
    locate,
    plain,
    read_text,
)
from package_format.source.toml_text import read_toml
from package_format.source.written import Written, written, written_front_matter, written_yaml
from package_format.source.yaml_text import read_yaml

__all__ = [
    "ListNode",
    "MappingNode",
    "Node",
    "ScalarNode",
    "Source",
    "Written",
    "locate",
    "plain",
    "read_text",
    "read_toml",
    "read_yaml",
    "validated",
    "written",
    "written_front_matter",
    "written_yaml",
]
