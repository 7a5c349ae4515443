"""Reading in a debate: the claims page by page, one whole, quotations that were searched, and what helps."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.core.claims import AnswerState
from bot.core.searching import Search
from bot.encoder import Encoder
from bot.live import LiveDebate
from bot.wording import load_wording
from tests.gateway.conftest import ROOT, World
from tests.gateway.lacking import speak
from tests.gateway.test_manners import BUYERS, EMPTY
from tests.gateway.test_members import LINK
from tests.gateway.test_privacy import last, words

WORDING = load_wording(ROOT / "prompts")
LOCALES = [("nl", "nl"), ("en", "en-GB")]


def selects(message: Any) -> dict[str, Any]:
    """The choices under a message, by what they choose."""
    return {
        c.custom_id.split(":")[2]: c
        for row in message.components
        for c in row.children
        if hasattr(c, "options")
    }


def buttons(message: Any) -> dict[str, Any]:
    """The buttons under a message, by their label."""
    return {c.label: c for row in message.components for c in row.children if not hasattr(c, "options")}


async def choose(member: Any, message: Any, what: str, value: str) -> Any:
    """The same message after a choice under it."""
    await member.select(message, [value], custom_id=selects(message)[what].custom_id)
    return refreshed(member, message)


def refreshed(member: Any, message: Any) -> Any:
    """A message as it now is."""
    from simcord.results import ResponseMessage

    return ResponseMessage(
        member._env, member._env.backend.get_message(message.channel.id, message.id)
    ).message


@pytest.mark.feature("M17", "T19")
@pytest.mark.parametrize(("locale", "discord_locale"), LOCALES)
async def test_the_claims_are_browsed_by_theme_and_one_is_read_with_its_words_and_their_place(
    harbour: World, small: LiveDebate, locale: str, discord_locale: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak(discord_locale, monkeypatch)
    say = WORDING[locale].say
    claims = small.debate.claim_set.claims
    told = await harbour.anna.slash(harbour.channel, "stellingen")
    assert told.ephemeral
    message = last(told)
    assert all(claim.statement_in(locale) in message.content for claim in claims)
    assert [o.label for o in selects(message)["scope"].options] == [
        say("browse.all"),
        say("browse.open"),
        *(theme.title[locale] for theme in small.debate.themes),
    ]

    message = await choose(harbour.anna, message, "scope", "theme1")
    assert {o.value for o in selects(message)["claim"].options} == {"deckhands", "eelgrass"}
    await harbour.restart()
    for claim in claims:
        message = await choose(harbour.anna, message, "scope", "all")
        message = await choose(harbour.anna, message, "claim", claim.id)
        assert message.content.startswith(f"**{claim.statement_in(locale)}**")
        posts = {post.id: post.content for post in harbour.channel.history()}
        linked = "\n".join(posts[int(found[2])] for found in LINK.findall(message.content))
        shown = [q for q in claim.passages if f"> {q.text}" in message.content]
        assert shown or not claim.passages
        for quote in shown:
            assert quote.text in linked
            assert small.debate.speaker_name(quote) in message.content
        for quote in claim.answer.quotes:
            assert quote in shown
        they = {"nl": "de geïnterviewden", "en": "the interviewees"}[locale]
        assert say(f"browse.state_{claim.answer.state}", they=they) in message.content
        # Back to where it was chosen.
        await harbour.anna.click(message, custom_id=buttons(message)[say("browse.to_list")].custom_id)
        message = refreshed(harbour.anna, message)
        assert say("browse.all") in message.content

    # Claims without an answer in the source have a list of their own, which is a command too.
    unanswered = {c.id for c in claims if c.answer.state is AnswerState.NONE}
    assert unanswered == {"deckhands", "no-buyers"}
    for listed in (
        await choose(harbour.anna, message, "scope", "open"),
        last(await harbour.anna.slash(harbour.channel, "onbeantwoord")),
    ):
        assert {o.value for o in selects(listed)["claim"].options} == unanswered
        assert all(
            (claim.statement_in(locale) in listed.content) == (claim.id in unanswered) for claim in claims
        )
    assert harbour.replies() == []


async def test_many_claims_are_read_page_by_page(harbour: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.browsing.MOST_ON_PAGE", 3)
    message = last(await harbour.anna.slash(harbour.channel, "stellingen"))
    seen = [o.value for o in selects(message)["claim"].options]
    assert set(buttons(message)) == {"Next"}
    await harbour.anna.click(message, custom_id=buttons(message)["Next"].custom_id)
    message = refreshed(harbour.anna, message)
    assert set(buttons(message)) == {"Previous"}
    seen += [o.value for o in selects(message)["claim"].options]
    assert sorted(seen) == sorted(harbour.bot.service.debates["harbour"].debate.claim_set.by_id)
    assert "4. " in message.content


async def test_a_claim_that_is_gone_is_told_calmly(harbour: World) -> None:
    message = last(await harbour.anna.slash(harbour.channel, "stellingen"))
    live = harbour.bot.service.debates["harbour"]
    del live.debate.claim_set.by_id["eelgrass"]
    try:
        result = await harbour.anna.select(
            message, ["eelgrass"], custom_id=selects(message)["claim"].custom_id
        )
        assert "no longer know" in words(result)
    finally:
        del live.debate.claim_set.__dict__["by_id"]


async def test_where_there_is_no_debate_that_is_said(harbour_world: World) -> None:
    for command, options in (("stellingen", {}), ("onbeantwoord", {}), ("citaat", {"woorden": "quay"})):
        told = await harbour_world.anna.slash(harbour_world.channel, command, **options)
        assert words(told) == WORDING["en"].say("browse.no_debate")


async def test_a_quotation_is_found_while_typing_and_shown_with_its_place(
    harbour: World, small: LiveDebate
) -> None:
    async def offered(typed: str) -> list[dict[str, Any]]:
        return await harbour.anna.autocomplete(harbour.channel, "citaat", "woorden", typed)

    choices = await offered("buyers port")
    assert choices
    assert "a port lives on buyers" in choices[0]["name"]
    assert all(len(c["name"]) <= 100 and len(c["value"]) <= 100 for c in choices)
    assert len(await offered("")) > 4
    assert await offered("zeppelin") == []

    told = await harbour.anna.slash(harbour.channel, "citaat", woorden=choices[0]["value"])
    assert told.ephemeral
    text = words(told)
    assert "> But a port lives on buyers, and nobody asked the buyers." in text
    assert "Daniel Okafor" in text
    assert small.debate.claim_set.by_id["no-buyers"].statement in text
    ((_, _, message_id),) = LINK.findall(text)
    posts = {post.id: post.content for post in harbour.channel.history()}
    assert "a port lives on buyers" in posts[int(message_id)]
    # Words that were typed and not chosen find the same; words that stand nowhere find what means the like.
    assert "a port lives on buyers" in words(
        await harbour.anna.slash(harbour.channel, "citaat", woorden="a port lives")
    )
    meant = words(await harbour.anna.slash(harbour.channel, "citaat", woorden=BUYERS))
    assert meant.startswith("It is not there in those words.")
    assert small.debate.claim_set.by_id["no-buyers"].statement in meant
    nothing = await harbour.anna.slash(harbour.channel, "citaat", woorden="zzz qqq xxx")
    assert words(nothing) == WORDING["en"].say("browse.nothing_found")
    assert harbour.replies() == []


async def test_nothing_but_what_may_be_quoted_is_shown(harbour: World, small: LiveDebate) -> None:
    passages = Search(small.debate).passages
    assert {small.debate.speakers[q.speaker].role for q in passages} <= {"interviewee", "editor"}
    (source,) = small.debate.sources.values()
    (comment,) = [p for p in source.parts if p.kind == "comment"][:1]
    forged = f"@{source.id}:{comment.start}-{comment.end}"
    told = words(await harbour.anna.slash(harbour.channel, "citaat", woorden=forged))
    assert told == WORDING["en"].say("browse.nothing_found")


async def test_words_are_found_whole_then_as_a_beginning_then_inside(small: LiveDebate) -> None:
    search = Search(small.debate)
    assert [q.text for q in search.find("EELGRASS", 1)] == [q.text for q in search.find("eelgrass", 1)]
    assert search.find("eelgr", 9) == search.find("eelgrass", 9)
    assert search.find("lgrass", 9) == search.find("eelgrass", 9)
    assert search.find("gra", 9) != search.find("eelgrass", 9)


@pytest.mark.feature("M17")
@pytest.mark.parametrize(("locale", "discord_locale"), LOCALES)
async def test_help_names_every_command_that_somebody_may_give_in_their_language(
    harbour: World, locale: str, discord_locale: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak(discord_locale, monkeypatch)
    say = WORDING[locale].say
    leaves = ("open", "status", "manners", "pause", "resume", "close")
    of_moderators = {f"{say('command.debate')} {say(f'command.{leaf}')}" for leaf in leaves}
    of_members = {
        say(f"command.{key}") for key in ("opt_out", "privacy", "my_data", "claims", "unanswered", "quote")
    }
    for member, wanted in ((harbour.anna, of_members), (harbour.moderator, of_members | of_moderators)):
        told = words(await member.slash(harbour.channel, "help"))
        named = set(re.findall(r"^- `/([^`]+)`: \S", told, re.MULTILINE))
        assert wanted <= named
        assert (named & of_moderators == set()) == (member is harbour.anna)
        assert say("button.dismiss") in told
        assert say("message_menu.which_claim") in told
    # Whoever speaks neither sees the names that Discord shows them.
    speak("de", monkeypatch)
    told = words(await harbour.anna.slash(harbour.channel, "help"))
    assert "`/stellingen`: Browse the claims" in told


@pytest.mark.feature("M17")
def test_no_command_lacks_a_word_in_either_language() -> None:
    first, second = (WORDING[locale] for locale in ("nl", "en"))
    for file in ("privacy", "browse", "help", "command"):
        keys = [{key for key in wording.keys if key.startswith(f"{file}.")} for wording in (first, second)]
        assert keys[0] == keys[1] != set()


async def test_browsing_is_not_for_the_store(harbour: World, light: Encoder) -> None:
    """What somebody looks up is written down nowhere."""
    before = (harbour.database.parent / "w.sqlite3-wal").read_bytes()
    for command, options in (
        ("stellingen", {}),
        ("citaat", {"woorden": EMPTY}),
        ("help", {}),
        ("privacy", {}),
    ):
        await harbour.anna.slash(harbour.channel, command, **options)
    after = (harbour.database.parent / "w.sqlite3-wal").read_bytes()
    assert str(harbour.anna.id).encode() not in after
    assert EMPTY[:30].encode() not in after
    assert len(after) >= len(before)


@pytest.mark.parametrize("how", ["closed", "gone"])
async def test_outside_the_channel_the_debate_under_way_is_meant(harbour: World, how: str) -> None:
    elsewhere, earlier = (harbour.guild.create_text_channel(name) for name in ("elders", "eerder"))
    await harbour.open(earlier)
    none = words(await harbour.anna.slash(elsewhere, "stellingen"))
    if how == "closed":
        await harbour.moderator.slash(earlier, "debat sluit")
    else:
        harbour.env.backend.delete_channel(earlier.id)
    assert words(await harbour.anna.slash(elsewhere, "stellingen")) != none
    for command in ("stand", "stellingen"):
        assert "no debate" not in words(await harbour.anna.slash(elsewhere, command))
