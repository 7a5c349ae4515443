"""Ways to break a copy of the wording, or a sound debate so that its messages cannot be sent."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.debates.conftest import replace
from tests.debates.seeds import Change, Seed, add, both, not_utf8, put, remove

LONG = "Te veel woorden voor een enkel bericht. " * 60
ONE_SENTENCE = "so many words that nobody takes a breath " * 50

NL, EN = "prompts/nl", "prompts/en"
CLAIM, DEBATE, SOURCE = (
    "data/harbour/claims/empty-quay.toml",
    "data/harbour/debate.toml",
    "data/harbour/sources",
)


def say(file: str, key: str, text: str) -> Change:
    """Let a template be this text instead."""

    def change(folder: Path) -> None:
        path = folder / file
        lines = path.read_text("utf-8").split("\n")
        at = next(number for number, line in enumerate(lines) if line.startswith(f"{key} = "))
        lines[at] = f"{key} = {json.dumps(text, ensure_ascii=False)}"
        path.write_text("\n".join(lines), "utf-8")

    return change


def unsay(file: str, key: str) -> Change:
    """Take a template of one line away."""

    def change(folder: Path) -> None:
        path = folder / file
        lines = path.read_text("utf-8").split("\n")
        kept = [line for line in lines if not line.startswith(f"{key} = ")]
        assert len(kept) == len(lines) - 1
        path.write_text("\n".join(kept), "utf-8")

    return change


def without_locale(locale: str) -> Change:
    return lambda folder: shutil.rmtree(folder / "prompts" / locale)


def long_sentence(folder: Path) -> None:
    """A sentence of the source that no post can hold."""
    replace(folder / SOURCE / "tideline.txt", "It is dull, ", f"It is dull, {ONE_SENTENCE}")


WORDING = {
    "a key that the other language has": Seed(
        "template_missing",
        f"{NL}/lint.toml",
        1,
        unsay(f"{NL}/lint.toml", "duplicate"),
        ("lint.duplicate", "nl"),
    ),
    "a key that the code asks for": Seed(
        "template_missing", f"{EN}/error.toml", 1, unsay(f"{EN}/error.toml", "no_venue"), ("error.no_venue",)
    ),
    "one of a family of keys": Seed(
        "template_missing",
        f"{NL}/cli.toml",
        1,
        unsay(f"{NL}/cli.toml", "reason_tie"),
        ("cli.reason_tie", "nl"),
    ),
    "a whole file": Seed("missing_file", f"{NL}/store.toml", 1, remove(f"{NL}/store.toml")),
    "a whole language": Seed("no_locale", NL, 1, without_locale("nl"), ("prompts/nl",)),
    "a template that nothing asks for": Seed(
        "template_unused",
        f"{EN}/reply.toml",
        "farewell",
        add(f"{EN}/reply.toml", 'farewell = "Bye."\n'),
        ("farewell",),
    ),
    "an empty template": Seed(
        "template_empty",
        f"{NL}/reply.toml",
        "from_reply",
        say(f"{NL}/reply.toml", "from_reply", " "),
        ("reply.from_reply",),
    ),
    "an unknown value": Seed(
        "template_unknown",
        f"{EN}/error.toml",
        "no_debate",
        put(f"{EN}/error.toml", "{{ id }}", "{{ name }}"),
        ("error.no_debate", "“name”", "id, known"),
    ),
    "a value that only one language shows": Seed(
        "template_silent",
        f"{EN}/debate.toml",
        "closed =",
        put(f"{EN}/debate.toml", ", by {{ by }}; I no", "; I no"),
        ("debate.closed", "“by”", "nl"),
    ),
    "a value that the first language does not show": Seed(
        "template_variable",
        f"{EN}/debate.toml",
        "closed =",
        put(f"{NL}/debate.toml", ", door {{ by }}; ik lees", "; ik lees"),
        ("debate.closed", "“by”", "nl"),
    ),
    "a broken template": Seed(
        "template_broken",
        f"{NL}/reply.toml",
        "interviewees",
        say(f"{NL}/reply.toml", "interviewees", "{% if x %}"),
    ),
    "a filter that does not exist": Seed(
        "template_broken",
        f"{EN}/reply.toml",
        "interviewees",
        say(f"{EN}/reply.toml", "interviewees", "{{ 'x' | shout }}"),
    ),
    "a template that breaks on real values": Seed(
        "template_broken",
        f"{NL}/opening.toml",
        "turn =",
        put(f"{NL}/opening.toml", "**{{ speaker }}**", "**{{ speaker + 1 }}**"),
    ),
    "a list for a text": Seed(
        "template_broken",
        f"{EN}/button.toml",
        "dismissed",
        put(f"{EN}/button.toml", '"Thank', '["x"] # "Thank'),
    ),
    "broken TOML": Seed(
        "template_broken",
        f"{NL}/store.toml",
        "full",
        put(f"{NL}/store.toml", 'full = "', 'full = De schijf"'),
    ),
    "another encoding": Seed(
        "template_broken", f"{NL}/button.toml", "why = ", not_utf8(f"{NL}/button.toml", "Waarom?"), ("UTF-8",)
    ),
    "a button with a sentence on it": Seed(
        "template_too_long",
        f"{EN}/button.toml",
        "why =",
        say(f"{EN}/button.toml", "why", "why " * 21),
        ("84", "80"),
    ),
    "a description that says too much": Seed(
        "template_too_long",
        f"{NL}/command.toml",
        "status_about",
        say(f"{NL}/command.toml", "status_about", "hoe " * 26),
        ("104", "100"),
    ),
    "a command with a space": Seed(
        "command_name",
        f"{EN}/command.toml",
        "resume =",
        say(f"{EN}/command.toml", "resume", "go on"),
        ("go on",),
    ),
    "a command with a capital": Seed(
        "command_name",
        f"{NL}/command.toml",
        "close =",
        say(f"{NL}/command.toml", "close", "Sluit"),
        ("Sluit",),
    ),
    "a command of 33 characters": Seed(
        "command_name", f"{NL}/command.toml", "pause =", say(f"{NL}/command.toml", "pause", "p" * 33)
    ),
    "a sentence longer than any message": Seed(
        "template_too_long",
        f"{NL}/error.toml",
        "stale_button",
        say(f"{NL}/error.toml", "stale_button", LONG),
        ("2000",),
    ),
    "a reply that the template makes too long": Seed(
        "template_too_long",
        f"{NL}/reply.toml",
        "passage = ",
        put(f"{NL}/reply.toml", "— **{{ speaker }}**", f"{LONG[:1990]}**{{{{ speaker }}}}**"),
        ("reply.passage", "2000"),
    ),
    "a welcome that the template makes too long": Seed(
        "template_too_long",
        f"{EN}/opening.toml",
        "welcome = ",
        put(f"{EN}/opening.toml", "Welcome. ", f"Welcome. {LONG[:1200]}"),
        ("opening.welcome", "2000"),
    ),
}
"""Faults of the wording: each is told once, with a file under prompts/ and its line."""

DEBATES = {
    "a statement that fills the message": Seed(
        "message_too_long",
        CLAIM,
        "statement =",
        put(CLAIM, 'statement = "', f'statement = "{LONG[:1900]}'),
        ("empty-quay", "2000", "reply.message"),
    ),
    "a statement that leaves a quotation no room": Seed(
        "reply_too_long",
        CLAIM,
        "statement =",
        put(CLAIM, 'statement = "', f'statement = "{LONG[:600]}'),
        ("empty-quay", "600"),
    ),
    "an exemplar that fills the message": Seed(
        "message_too_long",
        CLAIM,
        "[[exemplars]]",
        add(CLAIM, f'\n[[exemplars]]\nkind = "question"\nlang = "nl"\ntext = "{LONG.strip()}"\n'),
        ("reply.why",),
        nth=-1,
    ),
    "a credit that fills the welcome": Seed(
        "post_too_long",
        DEBATE,
        "[credit]",
        put(DEBATE, 'en = "An', f'en = "{LONG[:1500]}An'),
        ("opening.welcome",),
    ),
    "a sentence that no post holds": Seed(
        "post_too_long", DEBATE, 1, long_sentence, ("opening.interview_page", "2000")
    ),
    "a theme without a Dutch title": Seed(
        "untranslated",
        DEBATE,
        "[themes.title]",
        put(DEBATE, 'nl = "Het onderzoek zelf"\n', ""),
        ("title", "nl"),
        nth=1,
    ),
    "no English credit": Seed(
        "untranslated",
        DEBATE,
        "[credit]",
        put(DEBATE, 'en = "An invented', 'fr = "An invented'),
        ("credit", "en"),
    ),
    "interviewees in one language": Seed(
        "untranslated",
        DEBATE,
        "[interviewees]",
        put(DEBATE, "[[speakers]]", '[interviewees]\nen = "the economists"\n\n[[speakers]]'),
        ("interviewees", "nl"),
    ),
    "a claim in one language": Seed(
        "statement_untranslated", CLAIM, "statement =", put(CLAIM, "\nnl = ", "\nfr = "), ("nl",)
    ),
    "a language that is not spoken": Seed(
        "no_wording", DEBATE, "language =", put(DEBATE, 'language = "en"', 'language = "fr"'), ("fr", "nl")
    ),
}
"""Faults that only show when a debate's messages are composed: told with the debate's file and its line."""

SEEDS = WORDING | DEBATES

TWO_AT_ONCE = both(WORDING["an empty template"].change, WORDING["a command with a space"].change)
