"""The table of rules: one row for each, and one module for each row."""

from __future__ import annotations

from collections.abc import Mapping

from package_format.compatibility import (
    api_goal_removed,
    dependency_changed,
    documents_changed,
    entry_without_effect,
    export_added,
    export_removed,
    feature_added,
    flow_changed,
    meaning_changed,
    parameter_changed,
    parameter_narrowed,
    parameter_removed,
    parameter_required,
    place_without_answer,
    renamed_without_entry,
    resource_added,
    resource_changed,
    resource_removed,
    trigger_narrowed,
    upgrades_rewritten,
    words_changed,
)
from package_format.compatibility.rule import Rule

RULES: Mapping[str, Rule] = {
    module.RULE.code: module.RULE
    for module in (
        upgrades_rewritten,
        place_without_answer,
        renamed_without_entry,
        export_removed,
        api_goal_removed,
        trigger_narrowed,
        meaning_changed,
        parameter_required,
        parameter_narrowed,
        parameter_removed,
        feature_added,
        export_added,
        dependency_changed,
        parameter_changed,
        resource_added,
        resource_removed,
        resource_changed,
        flow_changed,
        words_changed,
        entry_without_effect,
        documents_changed,
    )
}
"""Every rule by its code, in the order in which people should hear of what they find."""
