"""The pages of the codes in `codes`: a title and paragraphs for each, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

_QUOTES = """\
YAML reads {opening} as the beginning of {what}, so a value that begins with it needs quotes around
the whole of it: `"{example}"`. In the text below an email's front matter no quotes are needed."""

PAGES: Mapping[str, tuple[str, str]] = {
    "byte-order-mark": (
        "a file begins with an invisible mark",
        """\
Some editors put three invisible bytes at the beginning of a text that is written in UTF-8. The mark
is ignored; saving the file as "UTF-8 without BOM" removes it.""",
    ),
    "duplicate-key": (
        "a key stands twice in one mapping",
        """\
YAML programs differ in which of the two counts, and most say nothing. Here a key stands once: the
second of the two is reported, with the line of the first. Remove one, or give it another key.""",
    ),
    "invalid-file-name": (
        "a file's name cannot be in a package",
        """\
A package has to unpack everywhere. Names that some system reads as something else (`CON`, `a:b`, a
name that ends with a dot, or two that differ only in case) are refused. Rename the file.""",
    ),
    "invalid-key": (
        "a key has the wrong form",
        """\
Keys are names that stay the same across versions: lower-case letters and digits, with single
hyphens or underscores between them, at most 64 characters. What people see is a title or a name,
and that can be anything.""",
    ),
    "invalid-pattern": (
        "a line of .cptignore is no pattern",
        """\
`.cptignore` names what `cpt build` leaves out, in the grammar of `.gitignore`: one pattern a line,
`*` for anything, `/` at the end for folders, `!` for what stays after all.""",
    ),
    "invalid-upgrade": (
        "an entry of upgrades.yaml cannot be read",
        """\
An entry says what became of something: `moved:` with `to:`, `removed:` with where its contacts go,
or what was handed over to another package. Addresses look like `campaign/follow-up.remind.nudge`.
Entries are only ever added; an entry that was published stays as it is.""",
    ),
    "invalid-value": (
        "a value cannot stand here",
        """\
The value is of the right type, and yet it cannot be used: it is none of the words that are allowed,
too long, too small, of the wrong form, or it does not go with what stands beside it. The message
says which.""",
    ),
    "link-out-of-folder": (
        "a link leads out of the package's folder",
        """\
A package holds everything that belongs to it. A symbolic link to a file elsewhere would build
differently on every machine, or carry something along that nobody meant to publish. Copy the file
into the folder.""",
    ),
    "linked-folder": (
        "a link to a folder is left out",
        """\
Links to folders are not followed: they may lead anywhere, or round in a circle. Copy the folder
into the package if it belongs there.""",
    ),
    "merge-key": (
        "a merge key stands in a file",
        """\
`<<` was a way to copy one mapping into another. YAML 1.2 has dropped it, and with it a reader
cannot see what a resource says where it stands. Write out what was to be merged in.""",
    ),
    "missing-key": (
        "a key is missing",
        """\
Something cannot be left out here. `cpt schema KIND` and the reference list what each kind
needs.""",
    ),
    "no-front-matter": (
        "a message does not begin with its front matter",
        """\
Emails and their like are one file each: a line `---`, keys such as `subject: …` in YAML, another
line `---`, and then the text of the message.""",
    ),
    "non-string-key": (
        "a key is not a text",
        """\
YAML reads a key such as `2024` or `true` as a number or as a truth. Keys are names: put it in
quotes, or better, choose a name.""",
    ),
    "not-a-file": (
        "something in the folder is not a plain file",
        "A device, a pipe or a socket cannot be part of a package. Remove it from the folder.",
    ),
    "not-a-package": (
        "there is no cpt.toml",
        """\
A package is a folder that holds the manifest `cpt.toml`. Go to the package's folder, or begin one
with `cpt new`.""",
    ),
    "not-utf-8": (
        "a file is not written in UTF-8",
        """\
Every text of a package is written in UTF-8, so that it reads alike on every machine. The place is
that of the first byte that cannot be read; choose UTF-8 when saving.""",
    ),
    "several-actions": (
        "a step has more than one action",
        """\
A step is at most one action, under one key. Make two steps of it, the second without a wait.""",
    ),
    "several-conditions": (
        "more than one condition stands where one belongs",
        "Put them under `all` (every one has to hold) or under `any` (one is enough).",
    ),
    "several-documents": (
        "a file holds several YAML documents",
        """\
A line `---` begins another document in YAML. A file holds one; make two files, or remove the
line.""",
    ),
    "several-story-steps": (
        "a step of a story is several at once",
        "A story is a list, and each of its steps does one thing. Begin each with a hyphen.",
    ),
    "several-triggers": (
        "more than one trigger stands where one belongs",
        """\
A goal that listens for several things has a list of them: `when: [{tag-applied: a}, {tag-removed:
b}]`. Any of them achieves it.""",
    ),
    "tab-indentation": (
        "a tab indents a line",
        """\
YAML allows only spaces before a key, because tabs are shown with different widths. Two spaces a
level are usual; most editors can be told to put them in.""",
    ),
    "toml-syntax": (
        "cpt.toml is not TOML",
        """\
The manifest is written in TOML: tables in brackets, `key = value` below them, texts in quotes,
lists in brackets with commas. The place is where reading stopped; the mistake may stand a little
before it.""",
    ),
    "too-deep": (
        "values stand too deep in each other",
        """\
Nothing in a package needs more than a handful of levels. The limit keeps a text that was made to
do harm from doing any.""",
    ),
    "too-large": (
        "a file or a package is too large",
        """\
A text has at most a million characters, and a package 64 MB. Pictures and films are better linked
to than packed.""",
    ),
    "too-many-files": (
        "a package has too many files",
        """\
The folder holds more files than a package may have. Is there something that `.cptignore` should
name?""",
    ),
    "unknown-action": (
        "a step does something that there is not",
        """\
A step has a key, an optional `wait` and `if`, and one action, which begins with its word:
`send-email: confirmed`. The reference lists all actions; most often a word is misspelt.""",
    ),
    "unknown-condition": (
        "a condition asks for something that there is not",
        """\
A condition begins with what it is about: `field`, `tag` and so on, or `all`, `any` and `not` with
others inside. The reference lists them.""",
    ),
    "unknown-file": (
        "a file is no part of a package",
        """\
Where a file stands says what it is: `tags.yaml`, `emails/*.html`, `campaigns/*.yaml`. A file that
stands elsewhere is left out of the package. If that is meant, `.cptignore` can name it; most often
a name is misspelt.""",
    ),
    "unknown-key": (
        "there is no such key here",
        """\
A key that nobody reads is a mistake that nobody notices, so unknown keys are refused. Most often
one is misspelt, or stands one level too deep. The reference and `cpt schema` list those that there
are.""",
    ),
    "unknown-story-step": (
        "a story has a step that there is not",
        """\
A story is a list of what happens (`submit`, `apply-tag`, `buy`, …), of time that passes (`advance`,
`advance-to`), and of what is expected by then (`expect`).""",
    ),
    "unknown-trigger": (
        "a goal listens for something that there is not",
        """\
`when` holds triggers, each of which begins with its word: `tag-applied: attended`. The reference
lists all triggers; most often a word is misspelt.""",
    ),
    "unquoted-merge-field": (
        "a merge field stands without quotes",
        _QUOTES.format(opening="`{{`", what="a mapping", example="Hello {{ contact.first_name }}"),
    ),
    "unquoted-parameter": (
        "a parameter stands without quotes",
        _QUOTES.format(opening="`[[`", what="a list in a list", example="[[ parameters.brand ]]"),
    ),
    "unreadable-file": (
        "a file cannot be read",
        "The system does not let this file be read; the message says why. Look at its permissions.",
    ),
    "unusable-number": (
        "a number cannot be held",
        """\
A package is the same on every machine, and numbers such as `.inf`, `.nan` or one of a hundred
digits are not. If a text is meant, put it in quotes.""",
    ),
    "wrong-type": (
        "a value is of the wrong type",
        """\
A text, a number, a list or a mapping is needed here, and something else stands here. Texts that
look like a number (`2024`), a truth (`true`) or nothing need quotes to be texts; `no` and
`2026-03-10` are texts as they are.""",
    ),
    "yaml-alias": (
        "an alias stands in a file",
        """\
`*name` repeats what stands elsewhere. In a package everything is written where it belongs, so that
it can be read, compared and changed on its own.""",
    ),
    "yaml-anchor": (
        "an anchor stands in a file",
        """\
`&name` marks a value to be repeated elsewhere, which packages do not do; see yaml-alias. A text
that begins with `&` needs quotes.""",
    ),
    "yaml-syntax": (
        "a file is not YAML",
        """\
The place is where reading stopped; the mistake often stands a line above it: a quote or bracket
that is not closed, a line that is indented by one space too many, a `: ` inside a text that has no
quotes around it.""",
    ),
    "yaml-tag": (
        "a tag stands in a file",
        """\
`!name` tells a YAML program to make something special of a value. In a package values are texts,
numbers, truths, lists and mappings. A text that begins with `!` needs quotes.""",
    ),
}
"""The title and the explanation of each code."""
