"""The table of rules: one row for each, and one module for each row."""

from __future__ import annotations

from collections.abc import Mapping

from package_format.checks import (
    built_in_field,
    decision_without_otherwise,
    invalid_template,
    loop_without_timer,
    misplaced_template,
    missing_feature,
    no_license,
    no_postal_address,
    no_readme,
    no_unsubscribe_link,
    not_exported,
    own_prefix_reserved,
    template_not_allowed,
    unknown_arrow,
    unknown_dependency,
    unknown_export,
    unknown_merge_field,
    unknown_node,
    unknown_parameter,
    unknown_reference,
    unknown_upgrade_target,
    unreachable_node,
    upgrade_source_remains,
)
from package_format.checks.rule import Rule

RULES: Mapping[str, Rule] = {
    module.RULE.code: module.RULE
    for module in (
        built_in_field,
        decision_without_otherwise,
        invalid_template,
        loop_without_timer,
        misplaced_template,
        missing_feature,
        no_license,
        no_postal_address,
        no_readme,
        no_unsubscribe_link,
        not_exported,
        own_prefix_reserved,
        template_not_allowed,
        unknown_arrow,
        unknown_dependency,
        unknown_export,
        unknown_merge_field,
        unknown_node,
        unknown_parameter,
        unknown_reference,
        unknown_upgrade_target,
        unreachable_node,
        upgrade_source_remains,
    )
}
"""Every rule by its code."""
