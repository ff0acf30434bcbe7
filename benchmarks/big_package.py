"""A big package: 1,000 resources, 100 campaigns, 20,000 lines; and multiples of it.

It is made, not kept: every campaign has goals, timers, a decision, parallel ways and a join, every
email is a page of words with merge fields, and everything refers to something. The same scale gives
the same bytes.
"""

# ruff: noqa: ISC004, PERF401  the texts below are files, line by line

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

CAMPAIGNS = 100
EMAILS_EACH = 4
FORMS_EACH = 1
TAGS_EACH = 2
FIELDS = 80
PRODUCTS = 60
TASKS = 60

_WORDS = [
    "a",
    "good",
    "picture",
    "begins",
    "long",
    "before",
    "the",
    "shutter",
    "and",
    "ends",
    "long",
    "after",
    "it",
    "so",
    "take",
    "a",
    "walk",
    "look",
    "at",
    "the",
    "light",
    "between",
    "the",
    "houses",
    "and",
    "write",
    "down",
    "what",
    "you",
    "would",
    "have",
    "taken",
    "with",
    "one",
    "frame",
    "left",
    "because",
    "that",
    "is",
    "the",
    "one",
    "that",
    "your",
    "friends",
    "will",
    "ask",
    "about",
    "when",
    "the",
    "evening",
    "is",
    "over",
]


def write(folder: Path, scale: int = 1) -> int:
    """Write the package, so many times as big, into a new folder; return its lines of text."""
    lines = 0
    for name, text in _files(scale):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        lines += text.count("\n")
    return lines


def _files(scale: int) -> Iterator[tuple[str, str]]:
    campaigns = CAMPAIGNS * scale
    yield "cpt.toml", _MANIFEST
    yield "README.md", "# Big\n\nA package as big as they come.\n"
    yield "LICENSE", "MIT\n"
    yield "tags.yaml", "".join(map(_tag, range(TAGS_EACH * campaigns)))
    yield "fields.yaml", "".join(map(_field, range(FIELDS * scale)))
    yield "products.yaml", "".join(map(_product, range(PRODUCTS * scale)))
    yield "tasks.yaml", "".join(map(_task, range(TASKS * scale)))
    for number in range(campaigns):
        yield f"forms/form-{number}.yaml", _form(number, scale)
        yield f"campaigns/campaign-{number}.yaml", _campaign(number, scale)
        for index in range(EMAILS_EACH):
            email = number * EMAILS_EACH + index
            yield f"emails/email-{email}.html", _email(email, scale)


_MANIFEST = """\
[package]
name = "acme/big"
version = "1.0.0"
title = "Big"
summary = "As big as they come."
license = "MIT"
keywords = ["big"]
categories = ["events"]

[account]
features = ["api", "ecommerce", "email", "tasks", "web-forms"]

[parameters.sender]
type = "email"
title = "From address"
required = true

[parameters.company]
type = "string"
title = "Your company's name"
required = true
"""


def _words(seed: int, count: int) -> str:
    return " ".join(_WORDS[(seed * 7 + index * 5) % len(_WORDS)] for index in range(count))


def _tag(number: int) -> str:
    return (
        f"tag-{number}:\n"
        f"  name: Tag {number}\n"
        f"  category: Category {number % 20}\n"
        f"  description: {_words(number, 9)}\n"
    )


def _field(number: int) -> str:
    title = f"field_{number}:\n  title: Field {number}\n"
    if number % 4 == 0:
        return f"{title}  type: date\n  description: {_words(number, 8)}\n"
    if number % 4 == 1:
        return f"{title}  type: choice\n  choices: [basic, pro, unsure]\n"
    return f"{title}  type: text\n  description: {_words(number, 8)}\n"


def _product(number: int) -> str:
    return (
        f"product-{number}:\n"
        f"  name: Product {number}\n"
        f"  price: {number % 90 + 10}.50\n"
        f"  currency: EUR\n"
        f"  category: Courses {number % 5}\n"
        f"  sku: SKU-{number:05}\n"
    )


def _task(number: int) -> str:
    return (
        f"task-{number}:\n"
        f'  title: "Call {{{{ contact.first_name }}}} about {_words(number, 3)}"\n'
        f"  notes: {_words(number, 10)}\n"
    )


def _form(number: int, scale: int) -> str:
    other = number * 3 % (FIELDS * scale)
    return (
        f"title: Form {number}\n"
        f"fields:\n"
        f"  - {{field: first_name}}\n"
        f"  - {{field: email, required: true}}\n"
        f"  - field: field_{other}\n"
        f"    label: {_words(number, 3)}\n"
        f"button: Send\n"
        f"thanks: {_words(number, 7)}\n"
    )


def _email(number: int, scale: int) -> str:
    field = number % (FIELDS * scale)
    paragraphs = "".join(
        f"<p>{_words(number + index, 22)}, {{{{ contact.first_name }}}}.</p>\n"
        for index in range(4)
    )
    return (
        f"---\n"
        f"subject: \"{_words(number, 5)}, {{{{ contact.first_name | default('friend') }}}}\"\n"
        f'from: "[[ parameters.sender ]]"\n'
        f'from-name: "[[ parameters.company ]]"\n'
        f"preheader: {_words(number, 6)} {number}\n"
        f"---\n"
        f'<p>Hello {{{{ contact.first_name | default("there") }}}},</p>\n'
        f"{paragraphs}"
        f"<p>You told us {{{{ contact.field_{field} }}}}.</p>\n"
        f"<p>[[ parameters.company ]], {{{{ account.address }}}}.\n"
        f'<a href="{{{{ unsubscribe_url }}}}">Unsubscribe</a></p>\n'
    )


def _campaign(number: int, scale: int) -> str:
    tags = TAGS_EACH * CAMPAIGNS * scale
    fields, products, tasks = FIELDS * scale, PRODUCTS * scale, TASKS * scale
    email = number * EMAILS_EACH
    date = number * 4 % fields
    choice = (number * 4 + 1) % fields
    parts = [
        f"title: Campaign {number}\n"
        f'defaults: {{wait: {{at: "09:00", weekdays: mon-fri}}}}\n'
        f"\n"
        f"goals:\n"
        f"  registered:\n"
        f"    title: Registered\n"
        f"    when: {{web-form-submitted: form-{number}}}\n"
        f"  attended:\n"
        f"    title: Attended\n"
        f"    when:\n"
        f"      - {{tag-applied: tag-{number * 2}}}\n"
        f"      - {{api-called: {{integration: big, call: attended-{number}}}}}\n"
        f"    if: {{field: field_{choice}, is-set: true}}\n"
        f"    after: [remind]\n"
        f"  bought:\n"
        f"    title: Bought\n"
        f"    when: {{product-purchased: product-{number % products}}}\n"
        f"    after: [pitch-pro, pitch-basic, pitch-unsure, wrap-up]\n"
        f"\n"
        f"sequences:\n"
        f"  remind:\n"
        f"    title: Remind\n"
        f"    after: [registered]\n"
        f"    steps:\n"
        f"      confirm: {{send-email: email-{email}}}\n"
        f"      mark: {{apply-tag: tag-{(number * 2 + 1) % tags}}}\n"
        f"      nudge:\n"
        f"        wait: {{until-field: field_{date}, offset: -1 day, if-missing: skip-step}}\n"
        f"        send-email: email-{email + 1}\n"
        f"      call:\n"
        f"        wait: 2 days\n"
        f"        if: {{field: field_{choice}, is: pro}}\n"
        f"        create-task: {{task: task-{number % tasks}, due: 1 day}}\n"
    ]
    for index, way in enumerate(("pro", "basic", "unsure")):
        parts.append(
            f"  pitch-{way}:\n"
            f"    title: Offer for {way}\n"
            f"    after: [by-interest.{way}]\n"
            f"    runs: until-complete\n"
            f"    steps:\n"
        )
        for step in range(6):
            parts.append(
                f"      offer-{step}:\n"
                f"        wait: {step + 1} days\n"
                f"        send-email: email-{email + (index + step) % EMAILS_EACH}\n"
                f"      note-{step}:\n"
                f"        set-field: {{field: field_{(choice + 1) % fields}, value: {way}}}\n"
            )
    parts.append(
        "  wrap-up:\n"
        "    title: Wrap up\n"
        "    after: [all-done]\n"
        "    steps:\n"
        f"      think: {{wait: 20 days, send-email: email-{email + 3}}}\n"
        "  welcome:\n"
        "    title: Welcome\n"
        "    after: [bought]\n"
        "    steps:\n"
        f"      thank: {{send-email: email-{email + 2}}}\n"
        f"      ask: {{wait: 1 week, create-task: {{task: task-{number % tasks}}}}}\n"
        "\n"
        "decisions:\n"
        "  by-interest:\n"
        "    title: Which one?\n"
        "    after: [attended]\n"
        "    ways:\n"
        f"      pro: {{if: {{field: field_{choice}, is: pro}}}}\n"
        f"      basic: {{if: {{all: [{{field: field_{choice}, is: basic}},"
        f" {{tag: tag-{number * 2}}}]}}}}\n"
        "      unsure: otherwise\n"
        "\n"
        "joins:\n"
        "  all-done: {after: [pitch-pro, pitch-basic, pitch-unsure], wait-for: any}\n"
    )
    return "".join(parts)
