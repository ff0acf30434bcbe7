"""What packages bring, filled in and named by full addresses."""

from __future__ import annotations

import pytest

from cpt.errors import BrokenPackageError, ParametersError
from cpt.installer.planning.wanted import parameter_values, wanted
from package_format.kinds.model import Json
from package_format.package import Package
from tests.cpt.installer.shops import package

MAIL = {"subject": "From [[ parameters.brand ]]", "from": "a@example.com", "body": "Hi"}


def tags() -> Package:
    return package("acme/lifecycle-tags", "1.0.0", {"tag/attended": {"name": "Attended"}})


def hello(resources: dict[str, Json], **more: Json) -> Package:
    return package("acme/hello", "1.0.0", resources, **more)


def flow(trigger: str) -> dict[str, Json]:
    return {"title": "F", "goals": {"came": {"when": {"tag-applied": trigger}}}}


def closure(*packages: Package) -> dict[str, Package]:
    return {each.name: each for each in packages}


def test_parameters_are_filled_into_texts() -> None:
    brand = {"type": "string", "required": True}
    bringing = hello({"email/welcome": MAIL}, parameters={"brand": brand})
    found = wanted(closure(bringing), {"acme/hello": {"brand": "Harbour"}})
    assert found["acme/hello:email/welcome"].label == "From Harbour"


def test_references_become_full_addresses() -> None:
    found = wanted(closure(hello({"tag/came": {"name": "C"}, "campaign/f": flow("came")})), {})
    assert found["acme/hello:campaign/f"].data["goals"]["came"]["when"] == [
        {"tag-applied": {"tag": "acme/hello:tag/came"}}
    ]


@pytest.mark.parametrize("alias", ["lifecycle-tags", "acme/lifecycle-tags"])
def test_an_alias_is_a_dependency_by_its_name_or_its_last_part(alias: str) -> None:
    bringing = hello(
        {"campaign/f": flow(f"{alias}:attended")}, dependencies={"acme/lifecycle-tags": "^1.0"}
    )
    found = wanted(closure(bringing, tags()), {})
    (trigger,) = found["acme/hello:campaign/f"].data["goals"]["came"]["when"]
    assert trigger == {"tag-applied": {"tag": "acme/lifecycle-tags:tag/attended"}}


def test_built_in_contact_fields_stay_as_they_are() -> None:
    form = {"title": "Form", "fields": [{"field": "email"}]}
    found = wanted(closure(hello({"form/f": form})), {})
    assert found["acme/hello:form/f"].data["fields"] == [{"field": "email"}]


@pytest.mark.parametrize("trigger", ["gone", "nobody:attended", "Not A Reference"])
def test_a_reference_that_leads_nowhere_is_refused(trigger: str) -> None:
    with pytest.raises(BrokenPackageError):
        wanted(closure(hello({"campaign/f": flow(trigger)})), {})


def test_every_problem_with_parameters_is_said_at_once() -> None:
    one = hello({}, parameters={"brand": {"type": "string", "required": True}})
    with pytest.raises(ParametersError) as caught:
        parameter_values(closure(one), {"acme/hello": {"colour": "red"}, "acme/other": {}})
    assert len(caught.value.problems) == 3
    assert "acme/hello: brand is needed, and no value was given" in caught.value.problems


def test_a_filled_in_text_that_is_not_allowed_is_refused() -> None:
    tag = {"name": "[[ parameters.long ]]"}
    bringing = hello({"tag/t": tag}, parameters={"long": {"type": "text"}})
    with pytest.raises(BrokenPackageError, match="name is not allowed"):
        wanted(closure(bringing), {"acme/hello": {"long": "x" * 600}})


def test_a_template_that_names_no_parameter_is_refused() -> None:
    with pytest.raises(BrokenPackageError, match="email/welcome: there is no value called"):
        wanted(closure(hello({"email/welcome": MAIL})), {})


def test_a_secret_is_only_ever_named() -> None:
    bringing = hello({"email/welcome": MAIL}, parameters={"brand": {"type": "secret"}})
    given = {"acme/hello": {"brand": "hush"}}
    found = wanted(closure(bringing), given)
    assert found["acme/hello:email/welcome"].label == "From secret:acme/hello/brand"
    accepted = parameter_values(closure(bringing), given)["acme/hello"]
    assert accepted.given == {"brand": "secret:acme/hello/brand"}
