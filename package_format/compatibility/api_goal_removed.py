"""The rule that what programs call stays."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.campaign.model import Campaign
from package_format.campaign.triggers import ApiCalled
from package_format.compatibility.rule import Found, Rule, Versions
from package_format.package import Package
from package_format.references import Address
from package_format.versions import Bump


def _find(versions: Versions) -> Iterator[Found]:
    new = {name for name, _ in _calls(versions.new)}
    for (integration, call), address in _calls(versions.old):
        if (integration, call) not in new and not versions.is_handed_over(address):
            message = f"programs may call {integration} / {call}, and nothing listens any more"
            yield str(address), message, None


def _calls(package: Package) -> Iterator[tuple[tuple[str, str], Address]]:
    """Yield the names under which a package's goals can be called."""
    for resource in package.campaigns:
        if isinstance(resource.model, Campaign):
            for key, goal in sorted(resource.model.goals.items()):
                for trigger in goal.when:
                    if isinstance(trigger, ApiCalled):
                        name = (trigger.integration, trigger.call)
                        yield name, Address("", "campaign", resource.key, (key,))


RULE = Rule(
    "api-goal-removed",
    Bump.MAJOR,
    "an API goal is gone",
    """\
Programs outside of the account call API goals by their names, and nobody knows which programs those
are. API goals are therefore always exported.""",
    _find,
)
