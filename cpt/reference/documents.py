"""Documents: what the command line says with ``--format json``, type by type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cpt.cli.output import FORMAT


@dataclass(frozen=True)
class Document:
    """What documents of one type say.

    Attributes:
        of: The verbs that print it.
        keys: What stands under each key, besides ``format`` and ``type``; keys that only some of
            the verbs give are among them.
    """

    of: str
    keys: Mapping[str, str]


_PACKAGE = {"package": "its full name", "version": "its version"}
_VERSION_LINE = (
    "of each: `name`, `version`, `digest`, `size` in bytes, `dependencies` (ranges by name), "
    "`features`, `status`, `summary`, `published`"
)
_PLACED = "`code`, `severity`, `message`, `help`, `file`, `line`, `column`, `end_column`"
_CONTACT = {
    "id": "the contact's number",
    "fields": "values by the field's name",
    "tags": "the names of their tags",
    "opted_out": "whether they opted out of email",
    "refused": "the channels that they opted out of",
    "owner": "whose contact they are, or null",
    "purchases": "how many of each product, by its name",
    "opportunities": "the stages of their opportunities",
    "tasks": "how many of each task are open",
    "scores": "points by lead score",
    "positions": "where they stand: `campaign`, `node`, `step`, `version`, `status`, `due`",
}
_CAMPAIGN = {
    "id": "its id in the account (`#12`)",
    "title": "what people call it",
    "version": "how often it was published",
    "published": "whether it hears and runs",
    "gone": "whether it was taken out, and is there only for those who finish it",
    "places": "where contacts stand: `place`, `sort`, `version`, `contacts`, `next_due`, "
    "`overdue` (of how many the time has come)",
}
_ROOT = {
    "registry": "the registry's folder or address",
    "version": "the root's number",
    "fingerprint": "what people compare by another way",
    "expires": "until when it is good",
    "keys": "the public keys that sign it",
    "threshold": "how many of them must",
    "publishers": "the public keys of each publisher for whom it names any",
}
_SHOWN = {
    "name": "the package's full name",
    "version": "its version",
    "manifest": "its `cpt.toml`",
    "resources": "of each: `address`, `kind`, `label`",
}

DOCUMENTS: Mapping[str, Document] = {
    "aborted": Document(
        "abort",
        {
            "title": "the plan's title",
            "undone": "how many operations were taken back",
            "left": "sentences about what somebody else has touched, and stays",
        },
    ),
    "account": Document(
        "account show, account create",
        {
            "file": "its file or address",
            "id": "its own id",
            "name": "what people call it",
            "now": "its clock",
            "zone": "its time zone",
            "features": "what it offers",
            "contacts": "how many there are",
            "objects": "its resources: `id`, `kind`, `label`",
        },
    ),
    "accounts": Document("account list", {"accounts": "of each: `name` or null, `location`"}),
    "backlog": Document(
        "account campaign NAME --publish",
        {
            **_CAMPAIGN,
            "sent": "what would be sent within an hour: of each `kind`, `label`, `campaign`, "
            "`count`",
            "next_due": "when the first in it would go on after that hour, or null",
        },
    ),
    "bounce": Document(
        "account bounce",
        {"message": "the email's number, or null", "new": "whether it was not known before"},
    ),
    "build": Document(
        "build",
        {
            **_PACKAGE,
            "file": "the archive",
            "digest": "its content digest",
            "size": "its size in bytes",
            "content_size": "the size of its content before compression",
            "members": "the size of each file in it, by its name",
            "left_out": "files of the folder that are not in it",
        },
    ),
    "bump": Document(
        "bump",
        {
            "package": "its full name",
            "old": "the version compared with",
            "demanded": "the least bump: NONE, PATCH, MINOR or MAJOR",
            "version": "the new version",
            "wrote": "the files that were written",
        },
    ),
    "campaign": Document("account campaign NAME", _CAMPAIGN),
    "campaigns": Document("account campaign", {"campaigns": "each as a `campaign`"}),
    "check": Document(
        "check",
        {**_PACKAGE, "good": "whether there is no error", "diagnostics": f"of each: {_PLACED}"},
    ),
    "confirmed": Document(
        "account confirm",
        {"copy": "whether it was a copy", "pending": "how many deliveries wait"},
    ),
    "contact": Document(
        "account contact WHO",
        {**_CONTACT, "story": "the timeline: `at`, `what`, `campaign`, `node`, `why`"},
    ),
    "contacts": Document("account contact", {"contacts": "each as a `contact`, without story"}),
    "couriers": Document(
        "account courier",
        {
            "couriers": "of each: `courier`, `on`, `settings`, `deliveries` (how many are "
            "`pending`, `delivered`, `failed`, `withheld`)"
        },
    ),
    "deleted": Document("account contact --delete", {"id": "their number"}),
    "diff": Document(
        "diff",
        {
            "package": "its full name",
            "old": "the older version",
            "new": "the newer version",
            "demanded": "the least bump",
            "given": "the bump that the new version is",
            "enough": "whether that is enough",
            "findings": "of each: `rule`, `bump`, `address`, `message`, `help`, `waived`",
        },
    ),
    "edit": Document(
        "account edit",
        {
            "id": "the resource's id",
            "kind": "its kind",
            "address": "its address if a package brought it, or null",
            "before": "what it said",
            "after": "what it says now",
        },
    ),
    "enrolled": Document(
        "account campaign NAME --enrol",
        {
            "campaign": "its id in the account",
            "contacts": "how many were enrolled",
            "sent": "how many messages went out, by kind",
        },
    ),
    "event": Document(
        "account event",
        {
            "event": "what was let happen",
            "contacts": "to how many",
            "new": "how many of them were unknown before",
            "unchanged": "to how many it did nothing; null over an address, where many are not "
            "asked about, nor anybody before their turn",
            "sent": "how many messages went out, by kind",
        },
    ),
    "explain": Document(
        "explain", {"rules": "of each: `code`, `leads_to`, `title`, `explanation`"}
    ),
    "export": Document(
        "export",
        {
            **_PACKAGE,
            "folder": "where it was written",
            "resources": "the addresses of what is in it",
            "dependencies": "ranges by name",
            "parameters": "the values that the account had, by parameter",
            "remarks": "of each: `sort`, `about`, `text`",
            "good": "whether there is no error",
            "diagnostics": f"of each: {_PLACED}",
        },
    ),
    "history": Document(
        "history",
        {"revisions": "of each: `number`, `id`, `title`, `at`, `packages` (versions by name)"},
    ),
    "info": Document(
        "info",
        {
            **_SHOWN,
            "published": "when it was published, or null",
            "owners": "who owns its publisher, or null where no server says so",
            "downloads": "how often it was fetched, likewise",
            "signed": "who signed it, or null",
            "deprecated": "why it is deprecated, or null",
            "successor": "the package to use instead, or null",
            "quarantined": "why it is kept from everybody, or null",
        },
    ),
    "installed": Document(
        "list",
        {
            "packages": "of each: `name`, `version`, `digest`, `asked` (the range), `parameters`, "
            "`resources` (how many)"
        },
    ),
    "key": Document(
        "account key create, account key revoke",
        {
            "id": "the key's id",
            "title": "what it is for",
            "scopes": "what it may do",
            "created": "when it was made",
            "revoked": "since when it opens nothing, or null",
            "token": "the key itself, said once when it is made",
        },
    ),
    "keys": Document("account key list", {"keys": "each as a `key`, without its token"}),
    "merged": Document("account contact --merge", _CONTACT),
    "new": Document(
        "new",
        {"package": "its full name", "folder": "where it is", "files": "what was written"},
    ),
    "outbox": Document(
        "account outbox",
        {
            "messages": "of each: `number`, `identity`, `kind`, `contact`, `to`, `from`, "
            "`subject`, `preheader`, `body`, `text`, `campaign`, `resource`, `recorded`, `due`, "
            "`withheld` (why, or null), `delivery` (`courier`, `state`, `attempts`, "
            "`next`, `at`, `detail`)"
        },
    ),
    "outdated": Document(
        "outdated",
        {
            "packages": "of each: `name`, `installed`, `upgrade` (what `cpt upgrade` makes of it), "
            "`newest`, `asked`, `current`, `yanked`",
            "refused": "of each version that would fit and is not moved to, because it is not "
            "signed as `signers.toml` demands: `name`, `version`, `why`",
        },
    ),
    "owned": Document(
        "account own",
        {
            "owned": "of each: `address`, `object`, `label`, `path`",
            "revision": "the revision that was made, or null",
        },
    ),
    "owned-publishers": Document(
        "owner list",
        {
            "person": "whose token it is",
            "publishers": "the names that they own",
            "invitations": "what they may accept; of each: `publisher`, `invited_by`, `expires`",
        },
    ),
    "owners": Document(
        "owner list",
        {
            "owners": "who owns the publisher",
            "invited": "of each: `person`, `invited_by`, `expires`",
        },
    ),
    "plan": Document(
        "plan, install, upgrade, rollback, uninstall, sync, apply",
        {
            "title": "what it would do",
            "account": "the account's id",
            "plan": "the plan's id",
            "packages": "of each: `name`, `from`, `to`, `why`, `digest`, `signed`, "
            "`signed_otherwise`",
            "counts": "how many changes of each type",
            "changes": "of each: `type`, `address`, `kind`, `label`, `object`, `reason`, `fields` "
            "(`path`, `base`, `live`, `wanted`, `result`, `verdict`)",
            "contacts": "of each place: `campaign`, `place`, `contacts`, `outcome`, `to`, `via`, "
            "`timer`, `next_due`, `proposed`, `caught_up` (of each new step behind which they "
            "stand: `step`, `does`, `contacts` who get it first, `next_due`, and `late`, how many "
            "have been there for too long)",
            "listeners": "of each: `campaign`, `goal`, `event`, `caused_by`, `direction`",
            "enrolments": "of each campaign that comes to hear a tag: `campaign`, `title`, "
            "`goals`, `tags`, `contacts` who have one, `enrol` (whether they are put into it)",
            "stopped": "the addresses of campaigns that hear and run nothing until they are "
            "published; whoever is there then has no `next_due`",
            "notes": "sentences that deserve attention",
            "conflicts": "how many must be settled before it can be applied",
            "stranded": "how many places have contacts and no answer",
            "empty": "whether there is nothing to do",
            "secrets": "of each secret of the packages: `name`, `variable` (which gives its "
            "value), `known` (whether a value is known here; null over an address)",
            "applied": "whether it was applied",
            "revision": "the revision that it became, or null",
        },
    ),
    "publish": Document(
        "publish",
        {
            **_PACKAGE,
            "digest": "its content digest",
            "registry": "where to",
            "already": "whether it was there already",
            "dry_run": "whether nothing was published",
        },
    ),
    "registry-backup": Document(
        "registry backup",
        {
            "folder": "where the backup is",
            "versions": "how many versions are in it",
            "archives_copied": "how many archives had to be copied",
        },
    ),
    "registry-import": Document(
        "registry import",
        {
            "packages": "how many packages the other registry has",
            "versions": "how many of their versions were not there yet",
        },
    ),
    "registry-collection": Document(
        "registry collect",
        {
            "archives": "how many archives no version lists",
            "halves": "how many files are half an archive",
            "looked_at": "how many archives have been there long enough to be looked at",
            "dry_run": "whether they are still there",
        },
    ),
    "registry-issuers": Document(
        "registry issuer list", {"issuers": "the addresses of those whose word is taken"}
    ),
    "registry-key": Document(
        "registry key", {"file": "where the private key is", "public_key": "the public one"}
    ),
    "registry-log": Document(
        "registry log",
        {
            "entries": "the latest first; of each: `id`, `at`, `actor`, `action`, `subject`, "
            "`details` (texts by name)"
        },
    ),
    "registry-mirror": Document(
        "registry mirror",
        {
            "source": "from where",
            "target": "to where",
            "packages": "how many there are",
            "versions": "how many there are",
            "archives_copied": "how many were copied",
            "bytes_copied": "how much that was",
            "problems": "sentences about what is wrong at the source",
        },
    ),
    "registry-names": Document(
        "registry names",
        {"names": "the oldest first; of each: `publisher`, `looks_like`, `owners`, `claimed`"},
    ),
    "registry-quota": Document(
        "registry quota",
        {
            "publisher": "whose, or null if it is everybody's",
            "most": "what they may have: `packages`, `bytes`, `versions` a day; 0 is any number",
            "used": "what the publisher has of it, or null",
        },
    ),
    "registry-restore": Document(
        "registry restore",
        {"folder": "where the registry is", "versions": "how many versions are back"},
    ),
    "registry-root": Document("registry root", _ROOT),
    "registry-sign": Document(
        "registry sign",
        {
            "registry": "the registry's folder",
            "files": "how many files are signed",
            "bins_signed": "how many parts of the state were signed anew",
            "version": "the state's number",
            "expires": "until when it is good",
        },
    ),
    "registry-sign-root": Document(
        "registry sign-root",
        {
            "file": "the root's file",
            "taken": "whether it was brought into its folder",
            "version": "the root's number",
            "expires": "until when it is good",
            "threshold": "how many keys must sign it",
            "keys": "the public keys that may",
            "signed": "those of them that have",
            "missing": "how many of its keys must sign it still",
            "missing_before": "how many keys of the root before must, if that is at hand",
            "online_key": "the public key whose private one signs the index",
            "publishers": "the public keys of each publisher for whom it names any",
        },
    ),
    "registry-trust": Document("registry trust", _ROOT),
    "registry-verify": Document(
        "registry verify",
        {
            "registry": "the registry's folder or address",
            "packages": "how many were looked at",
            "versions": "how many were looked at",
            "withheld": "how many of these are in quarantine, and have no archive to read",
            "bytes": "how much was read",
            "problems": "of each: `path`, `what`",
            "soon": "what ends soon, and has to be renewed",
            "unvouched": "which packages and versions no key of their publisher signed that the "
            "root names, so that nobody installs them anew",
        },
    ),
    "rehearsal": Document(
        "rehearse",
        {
            "from": "when it begins",
            "until": "when it ends",
            "ways": "of each: `way`, `possible`, `reason`, `sendings` (`at`, `to`, `contact`, "
            "`kind`, `subject`, `campaign`, `resource`), `difference` (`more`, `less`, `moved`)",
        },
    ),
    "resource": Document(
        "account show RESOURCE",
        {
            "id": "its id in the account",
            "kind": "its kind",
            "label": "what people call it",
            "address": "its address if a package brought it, or null",
            "data": "what it says",
        },
    ),
    "resumed": Document("resume", {"revision": "the revision that the plan became"}),
    "schemas": Document("schema", {"schemas": "of each file: `name`, `location`"}),
    "search": Document(
        "search",
        {
            "packages": f"{_VERSION_LINE}, `deprecated`",
            "total": "how many a server found",
            "more": "whether it has more of them than these",
            "instead": "of each word that nothing has, those that it was taken for",
        },
    ),
    "show": Document(
        "show", {**_SHOWN, "pictures": "the file of each picture that was drawn, by campaign"}
    ),
    "status": Document(
        "status",
        {
            "clean": "whether nothing differs",
            "packages": "versions by name",
            "drifts": "of each resource that differs: `state`, `address`, `kind`, `label`, "
            "`object`, `owned` (paths), `fields` (`path`, `wanted`, `live`)",
            "by_hand": "of each thing that is left to do by hand: `do`, `address`, `kind`, "
            "`label`, `object`, `fields` (`path`, `wanted`, `live`)",
            "done_by_hand": "the addresses of what was seen to be done by hand now",
            "pending": "the plan that was begun and is not finished, or null",
            "finishing": "of each earlier version that somebody finishes: `title`, `contacts`, "
            "`waiting` (how many of them have come to their end, and wait for a goal)",
        },
    ),
    "templates": Document(
        "new --list",
        {"templates": "of each: `name`, `summary`", "default": "the one without --template"},
    ),
    "test": Document(
        "test",
        {
            **_PACKAGE,
            "passed": "whether all did",
            "scenarios": "of each: `name`, `title`, `passed`, `skipped`, `time_zone`, `problems`, "
            "`steps` (`said`, `at`, `happened`, `problems`)",
            "coverage": "the nodes and steps that some story `visited`, and those `missed`",
        },
    ),
    "tick": Document(
        "account tick",
        {
            "from": "what the clock said",
            "to": "what it says now",
            "turns": "how many timers came due",
            "sent": "how many messages went out, by kind",
            "next": "when the next timer is due, or null",
        },
    ),
    "token": Document(
        "token create",
        {
            "id": "the token's number",
            "name": "what it is for",
            "scopes": "what it may do",
            "package": "the one package that it is good for, or null",
            "expires": "until when",
            "made_with": "the number of the token that it was made with, or null",
            "secret": "the token itself, said once",
        },
    ),
    "tokens": Document("token list", {"tokens": "each as a `token`, without its secret"}),
    "tree": Document(
        "tree",
        {
            "packages": "of each: `name`, `version`, `range`, `needs` (the same again), `again` "
            "(whether it is told elsewhere)"
        },
    ),
    "unsubscribed": Document("account unsubscribe", {"contact": "their number, or null"}),
    "versions": Document("versions", {"package": "its full name", "versions": _VERSION_LINE}),
    "why": Document(
        "why",
        {
            "package": "its full name",
            "chains": "from what was asked for to it, each a list of `name`, `version`, `range`",
        },
    ),
    "workflow": Document(
        "workflow add",
        {
            "id": "its number",
            "package": "what it may publish",
            "issuer": "who has to say who it is",
            "claims": "what the issuer has to say of it",
        },
    ),
    "workflows": Document("workflow list", {"workflows": "each as a `workflow`"}),
    "worklist": Document("account worklist", {"work": "what people have to do"}),
}
"""Every type of document, by the word under ``type``."""


def documents_page() -> str:
    """Return the page of what verbs say as JSON."""
    about = (
        f"With `--format json` a verb prints one document: `format` is {FORMAT}, the version of "
        "all that is told here, `type` says what the rest is. Keys are added without a new "
        "version; none is taken away or changes its meaning. Moments are ISO 8601 in UTC, "
        "spans and sizes plain numbers. Errors go to standard error, "
        "and the exit code tells what to make of it ([commands](commands.md#exit-codes))."
    )
    return "\n\n".join(["# JSON", about, *(_told(word, one) for word, one in DOCUMENTS.items())])


def _told(word: str, document: Document) -> str:
    verbs = ", ".join(f"`cpt {verb.strip()}`" for verb in document.of.split(","))
    rows = [f"| `{key}` | {said} |" for key, said in document.keys.items()]
    return "\n".join([f"## {word}", "", f"{verbs}.", "", "| key | |", "|---|---|", *rows])
