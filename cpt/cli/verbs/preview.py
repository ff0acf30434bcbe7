"""``cpt show emails/confirmed.html --contact ada.yaml``: an email, rendered to be looked at.

No verb of its own: `show` hands over to this when what it is given is an email's file.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from cpt.errors import BadInputError

if TYPE_CHECKING:
    from package_format.messages import Composed

MANIFEST = "cpt.toml"
_EMAILS = "emails"
_ACCOUNT = {"name": "Your Account", "address": "1 Your Street, Your City"}
_CONTACT = {"first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.com"}
_UNSUBSCRIBE = "https://example.com/unsubscribe"


def is_email(text: str) -> bool:
    """Whether what ``cpt show`` is given is the file of an email in a package's folder."""
    path = Path(text)
    return (
        path.suffix == ".html"
        and path.is_file()
        and path.absolute().parent.name == _EMAILS
        and (path.absolute().parent.parent / MANIFEST).is_file()
    )


def preview_email(email: str, contact: str | None, out: str | None) -> None:
    """Render an email as a contact would get it.

    Args:
        email: The email's file.
        contact: A YAML file with the contact's fields; somebody made up when left out.
        out: Where the HTML goes; without it the plain text is printed.

    Raises:
        BadInputError: The email, or the contact's file, cannot be read.
    """
    from cpt.cli.options import tell
    from cpt.cli.output import echo
    from cpt.cli.setting import read_mapping
    from cpt.cli.writing import write_file

    who = read_mapping(Path(contact)) if contact else _CONTACT
    found = _composed(Path(email).absolute(), who)
    if out is not None:
        write_file(Path(out), found.html)
        tell(f"{found.subject}: written to {out}")
        return
    echo(f"Subject: {found.subject}")
    if found.preheader:
        echo(f"Preview: {found.preheader}")
    echo(f"\n{found.text.rstrip()}")


def _composed(path: Path, contact: Mapping[str, object]) -> Composed:
    """Compose the email of a file; a parameter without a default shows its name in brackets."""
    from package_format.folder import load_package
    from package_format.kinds.email import Email
    from package_format.messages import composed
    from package_format.references import Address
    from package_format.templates import TemplateError, fill

    package = load_package(path.parent.parent).readable
    resource = package and package.resources.get(Address("", "email", path.stem))
    if package is None or not resource:
        raise BadInputError(f"{path} cannot be read", "'cpt check' says what is wrong with it")
    values = {
        name: parameter.default if parameter.default is not None else f"({name})"
        for name, parameter in package.manifest.parameters.items()
    }
    try:
        email = Email.model_validate(fill(resource.data, resource.model, values))
        return composed(email, contact, account=_ACCOUNT, unsubscribe_url=_UNSUBSCRIBE)
    except TemplateError as error:
        raise BadInputError(f"{path.name}: {error}") from error
