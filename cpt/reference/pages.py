"""Pages: every page of the reference, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import BaseModel

from cpt.cli.explanations import explanations
from cpt.reference.commands import commands_page
from cpt.reference.documents import documents_page
from cpt.reference.http import http_page
from cpt.reference.models import lead, table
from package_format.campaign import conditions
from package_format.campaign.actions import ACTIONS
from package_format.campaign.model import Campaign, Decision, Goal, Join, Sequence, Step, Way
from package_format.campaign.timers import Wait, WaitDefaults
from package_format.campaign.triggers import TRIGGERS
from package_format.contact_fields import BUILT_IN
from package_format.kinds.table import KINDS, Kind
from package_format.manifest import AccountTable, Manifest, PackageTable, Waiver
from package_format.parameter_rules import ParameterRule
from package_format.parameters import Parameter
from package_format.scenario import STORY_STEPS, Scenario
from package_format.templates.filters import FILTERS

NOTE = "<!-- Made by `make docs` of the tables in the code; a change here is lost. -->\n"


def pages() -> Mapping[str, str]:
    """Return every page by its file's name."""
    made = {
        "manifest.md": _manifest(),
        "kinds.md": _kinds(),
        "campaigns.md": _campaigns(),
        "conditions.md": _conditions(),
        "triggers.md": _triggers(),
        "actions.md": _actions(),
        "scenarios.md": _scenarios(),
        "templates.md": _templates(),
        "diagnostics.md": _diagnostics(),
        "compatibility.md": _compatibility(),
        "commands.md": commands_page(),
        "json.md": documents_page(),
        "http.md": http_page(),
    }
    titles = {name: text.partition("\n")[0].removeprefix("# ") for name, text in made.items()}
    index = "\n".join(f"- [{title}]({name})" for name, title in titles.items())
    made["README.md"] = f"# Reference\n\n{index}\n"
    return {name: f"{text.rstrip()}\n\n{NOTE}" for name, text in made.items()}


def _page(title: str, about: str, sections: Iterable[str]) -> str:
    return "\n\n".join([f"# {title}", about, *(one.rstrip() for one in sections)]) + "\n"


def _section(title: str, model: type[BaseModel], *facts: str) -> str:
    said = [fact for fact in facts if fact]
    return "\n\n".join(part for part in (f"## {title}", lead(model), *said, table(model)) if part)


def _manifest() -> str:
    sections = [
        _section("[package]", PackageTable),
        _section("[account]", AccountTable),
        _section("[parameters.NAME]", Parameter),
        _section("[[rules]]", ParameterRule),
        _section("[[waivers]]", Waiver),
        _section("All tables", Manifest),
    ]
    return _page("The manifest, cpt.toml", lead(Manifest), sections)


def _kinds() -> str:
    about = "What a package can bring. The location says where its files stand."
    return _page(
        "Kinds", about, (_kind(kind) for kind in KINDS.values() if kind.model is not Campaign)
    )


def _kind(kind: Kind) -> str:
    facts = [f"In `{kind.location}`; called `{kind.name}` in addresses."]
    if kind.natural_key:
        named = " and ".join(f"`{key}`" for key in kind.natural_key)
        facts.append(f"Recognised in an account by {named}.")
    if kind.must_match:
        facts.append(
            f"One of the same name must agree in {_listed(kind.must_match)} to be adopted."
        )
    if kind.fixed:
        facts.append(f"An owner cannot edit {_listed(kind.fixed)}.")
    if kind.feature:
        facts.append(f"Needs the account feature `{kind.feature}`.")
    return _section(kind.title, kind.model, " ".join(facts))


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _campaigns() -> str:
    sections = [
        _section("goals", Goal),
        _section("sequences", Sequence),
        _section("steps", Step),
        _section("decisions", Decision),
        _section("ways", Way),
        _section("joins", Join),
        _section("wait", Wait),
        _section("defaults", WaitDefaults),
    ]
    return _page("Campaigns", f"{lead(Campaign)}\n\n{table(Campaign)}", sections)


def _conditions() -> str:
    models = [
        model
        for name, model in sorted(vars(conditions).items())
        if isinstance(model, type)
        and model.__module__ == conditions.__name__
        and name.endswith(("Condition", "AllOf", "AnyOf", "Not"))
    ]
    about = "What stands under `if`: a rule over the contact's values, as data."
    return _page("Conditions", about, (_section(_first_key(model), model) for model in models))


def _first_key(model: type[BaseModel]) -> str:
    name, info = next(iter(model.model_fields.items()))
    return info.alias or name


def _triggers() -> str:
    sections = []
    for word, row in TRIGGERS.items():
        feature = f"Needs the account feature `{row.feature}`." if row.feature else ""
        saves = getattr(row, "saves", ())
        kept = f"`save` can keep: {_listed(saves)}." if saves else ""
        sections.append(_section(word, row.model, feature, _short(row.model), kept))
    return _page("Triggers", "What a goal can listen for, under `when`.", sections)


def _actions() -> str:
    sections = []
    for word, row in ACTIONS.items():
        feature = f"Needs the account feature `{row.feature}`." if row.feature else ""
        causes = f"Causes {_listed(row.causes)}." if row.causes else ""
        sections.append(_section(word, row.model, feature, causes, _short(row.model)))
    return _page("Actions", "What a step can do.", sections)


def _short(model: type[BaseModel]) -> str:
    word, field = getattr(model, "word", ""), getattr(model, "shorthand", None)
    return f"Short: `{word}: {field.upper()}` gives the `{field}`." if field else ""


def _scenarios() -> str:
    steps = (_section(word, model, _short(model)) for word, model in STORY_STEPS.items())
    return _page("Scenarios", f"{lead(Scenario)}\n\n{table(Scenario)}", steps)


def _templates() -> str:
    names = "\n".join(f"| `contact.{name}` | {type_} |" for name, type_ in BUILT_IN.items())
    filters = [f"## {row.name}\n\n{row.about}" for row in FILTERS.values()]
    about = f"""\
`[[ parameters.brand ]]` is filled in at install; `{{{{ contact.first_name }}}}` and `{{% if %}}`
when a message is sent. Besides the package's own fields, a message can say `account.name`,
`account.address`, `unsubscribe_url`, and of every contact:

| name | holds |
|---|---|
{names}

Both can use these filters, as in `{{{{ contact.first_name | default("there") }}}}`."""
    return _page("Templates", about, filters)


def _diagnostics() -> str:
    return _explained(
        "Diagnostics",
        "What `cpt check` can say; `cpt explain CODE` shows the same.",
        bumps=False,
    )


def _compatibility() -> str:
    return _explained(
        "Rules of compatibility",
        "What `cpt diff` can say, and the bump that it demands.",
        bumps=True,
    )


def _explained(title: str, about: str, *, bumps: bool) -> str:
    found = [one for one in explanations() if (one.sort not in ("error", "warning")) is bumps]
    sections = (f"## {one.code}\n\n*{one.sort}*: {one.title}.\n\n{one.text}" for one in found)
    return _page(title, about, sections)
