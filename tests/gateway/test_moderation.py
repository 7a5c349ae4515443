"""What moderators do with `/moderatie`: who may, whom to, what is told, and what is remembered."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import discord
import pytest
import pytest_asyncio
from simcord.enums import AppCommandType

from bot.core.acts import ActKind
from tests.gateway.conftest import World
from tests.gateway.lacking import speak
from tests.store.conftest import script

POWERS = (
    "moderate_members",
    "manage_messages",
    "manage_channels",
    "manage_threads",
    "manage_guild",
)


@dataclass
class Bench:
    """A debate with a moderators' channel, and somebody who may use everything."""

    world: World
    office: Any
    sheriff: Any

    async def act(self, command: str, channel: Any = None, by: Any = None, **options: Any) -> str:
        """What the moderator is told on a command."""
        result = await self.given(command, channel, by, **options)
        return result.response.content

    async def given(self, command: str, channel: Any = None, by: Any = None, **options: Any) -> Any:
        """The same with everything that came of it."""
        room = channel or self.world.channel
        result = await (by or self.sheriff).slash(room, f"moderatie {command}", **options)
        assert result.ephemeral
        return result

    def logged(self) -> list[str]:
        """What stands in the moderators' channel."""
        return [message.content for message in self.office.history()]

    def reasons(self) -> list[str]:
        """The reasons in Discord's audit log."""
        guild = self.world.env.backend.get_guild(self.world.guild.id)
        return [entry.reason for entry in guild.audit_log_entries if entry.reason]

    def post(self, member: Any) -> list[Any]:
        """A member's private messages."""
        return member.user.dm_channel.history()

    async def acts(self, member: Any) -> list[ActKind]:
        """What was done to a member, newest first."""
        acts, _ = await self.world.bot.moderation.acts.of_member(self.world.guild.id, member.id)
        return [act.kind for act in acts]


async def bench_in(world: World) -> Bench:
    """The bench of a world in which a debate is open."""
    office = world.guild.create_text_channel("moderatoren")
    role = world.guild.create_role("Sheriffs", permissions=discord.Permissions(**dict.fromkeys(POWERS, True)))
    sheriff = world.guild.add_member(world.env.create_user("sanne"), roles=[role])
    venue = world.bot.service.venues.at(world.channel.id)
    assert venue is not None
    await world.bot.service.venues.change_rules(venue, {"office": office.id}, sheriff.id)
    return Bench(world, office, sheriff)


@pytest_asyncio.fixture
async def bench(harbour: World) -> AsyncIterator[Bench]:
    yield await bench_in(harbour)


# -- warnings


async def test_a_warning_reaches_the_member_the_office_and_the_dossier(bench: Bench) -> None:
    anna = bench.world.anna
    told = await bench.act("waarschuw", lid=anna, reden="insult", toelichting="Please mind the person.")
    assert told == f"{anna.mention} was warned; the message was delivered."
    (letter,) = bench.post(anna)
    assert "personal attacks or name-calling" in letter.content
    assert "> Please mind the person." in letter.content
    (logged,) = bench.logged()
    assert logged.startswith(f"{bench.sheriff.mention} warned {anna.mention}")
    assert logged.rstrip().endswith("for personal attacks or name-calling.\n> Please mind the person.")
    dossier = await bench.act("dossier", lid=anna)
    assert "warning for personal attacks or name-calling" in dossier
    (post,) = bench.office.history()
    assert f"https://discord.com/channels/{bench.world.guild.id}/{bench.office.id}/{post.id}" in dossier


async def test_a_warning_that_arrived_stays_on_record_whatever_the_store_refuses(bench: Bench) -> None:
    anna, database = bench.world.anna, bench.world.database
    script(database, "CREATE TRIGGER full BEFORE UPDATE ON acts BEGIN SELECT RAISE(ABORT, 'full'); END;")
    told = await bench.act("waarschuw", lid=anna, reden="insult")
    assert "was warned; the message was delivered" in told
    assert len(bench.post(anna)) == 1
    assert await bench.acts(anna) == [ActKind.WARNING]


async def test_closed_private_messages_are_told_to_the_moderator_alone(bench: Bench) -> None:
    anna = bench.world.anna
    bench.world.env.inject_error(
        "POST", f"/channels/{anna.user.dm_channel.id}/messages", status=403, code=50007
    )
    told = await bench.act("waarschuw", lid=anna, reden="flooding")
    assert "takes no private messages and knows nothing of it yet" in told
    assert bench.post(anna) == []
    (logged,) = bench.logged()
    assert "was not delivered" in logged
    assert await bench.acts(anna) == [ActKind.WARNING]


async def test_an_appeal_lands_in_the_office_once_also_after_a_restart_and_is_not_kept(bench: Bench) -> None:
    world, anna = bench.world, bench.world.anna
    await bench.act("waarschuw", lid=anna, reden="insult")
    (letter,) = bench.post(anna)
    form = await anna.user.click(letter, label="I see it differently")
    assert form.modal is not None
    await world.restart()
    answer = await anna.user.submit_modal(form, {"words": "It was about the plan,\nkwibusachtig enough."})
    assert answer.response.content.startswith("Your objection is with the moderators now")
    assert "> It was about the plan,\n> kwibusachtig enough." in bench.logged()[-1]
    assert f"{anna.mention} objects to [a warning](https://discord.com/" in bench.logged()[-1]
    again = await anna.user.click(letter, label="I see it differently")
    assert again.modal is None
    assert "already" in again.response.content
    assert len(bench.logged()) == 2
    assert "the member objected" in await bench.act("dossier", lid=anna)
    kept = b"".join(path.read_bytes() for path in world.database.parent.iterdir() if path.is_file())
    assert b"kwibusachtig" not in kept


async def test_a_forged_appeal_against_anothers_warning_is_refused(bench: Bench) -> None:
    world = bench.world
    await bench.act("waarschuw", lid=world.anna, reden="insult")
    (letter,) = bench.post(world.anna)
    (button,) = [b for row in letter.components for b in row.children]
    # The same button under a message that Bram can see.
    room: Any = world.bot.get_channel(world.channel.id)
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="x", custom_id=button.custom_id))
    shown = await room.send("x", view=view)
    answer = await world.bram.click(shown, custom_id=button.custom_id)
    assert answer.modal is None
    assert answer.response.content == "I no longer know this warning."


async def test_an_appeal_that_cannot_be_passed_on_can_be_made_again(bench: Bench) -> None:
    world, anna = bench.world, bench.world.anna
    await bench.act("waarschuw", lid=anna, reden="insult")
    (letter,) = bench.post(anna)
    for wanted in ("try again later", "with the moderators now"):
        form = await anna.user.click(letter, label="I see it differently")
        if "later" in wanted:
            world.env.inject_error("POST", f"/channels/{bench.office.id}/messages", status=403, code=50013)
        answer = await anna.user.submit_modal(form, {"words": "It was about the plan."})
        assert wanted in answer.response.content


# -- time-outs


async def test_a_time_out_and_its_end_with_who_and_why_in_discords_log(bench: Bench) -> None:
    world, anna = bench.world, bench.world.anna
    told = await bench.act("time-out", lid=anna, duur=3600, reden="threat", toelichting="Cool down.")
    assert "can only read along for an hour" in told
    until = world.env.backend.get_guild(world.guild.id).members[anna.id].timed_out_until
    assert until is not None
    ends = discord.utils.parse_time(until)
    now = discord.utils.parse_time(world.env.backend.now_iso())
    assert timedelta(minutes=59) < ends - now <= timedelta(hours=1)
    assert bench.reasons()[-1] == f"sanne ({bench.sheriff.id}) through /moderation: a threat – Cool down."
    assert "gave" in bench.logged()[-1]
    assert bench.logged()[-1].rstrip().endswith("a time-out of an hour for a threat.\n> Cool down.")
    assert "can write again" in await bench.act("opheffen", lid=anna)
    assert world.env.backend.get_guild(world.guild.id).members[anna.id].timed_out_until is None
    assert bench.reasons()[-1] == f"sanne ({bench.sheriff.id}) through /moderation: time-out lifted"
    assert "has no time-out" in await bench.act("opheffen", lid=anna)
    assert await bench.acts(anna) == [ActKind.LIFTED, ActKind.TIME_OUT]


async def test_what_discord_refuses_is_told_and_not_remembered(bench: Bench) -> None:
    anna = bench.world.anna
    bench.world.env.inject_error("PATCH", "/guilds/*/members/*", status=403, code=50013, message="No way")
    told = await bench.act("time-out", lid=anna, duur=60, reden="other")
    assert "Discord refused (No way)" in told
    assert bench.logged() == []
    assert await bench.acts(anna) == []


# -- whom, who, and with what


async def test_nobody_acts_on_a_moderator_the_owner_a_bot_or_themselves(bench: Bench) -> None:
    world = bench.world
    subjects = {
        bench.sheriff: "That is you",
        world.moderator: "moderates here too",
    }
    for member, wanted in subjects.items():
        for command, more in (
            ("waarschuw", {"reden": "insult"}),
            ("time-out", {"duur": 60, "reden": "insult"}),
            ("notitie", {"tekst": "hm"}),
            ("wis", {"aantal": 3}),
        ):
            told = await bench.act(command, lid=member, **more)
            assert wanted in told, (command, told)
    assert bench.logged() == []


async def test_a_higher_role_is_above_the_bot_or_the_moderator(bench: Bench) -> None:
    world = bench.world
    guild = world.env.backend.get_guild(world.guild.id)
    top = max(role.position for role in guild.roles.values())
    high = world.guild.create_role("High", permissions=discord.Permissions.none())
    member = world.guild.add_member(world.env.create_user("hoog"), roles=[high])
    sheriffs = next(role for role in guild.roles.values() if role.name == "Sheriffs")
    world.env.backend.edit_role(world.guild.id, high.id, {"position": sheriffs.position + 1})
    assert "not below yours" in await bench.act("time-out", lid=member, duur=60, reden="other")
    world.env.backend.edit_role(world.guild.id, high.id, {"position": top + 5})
    assert "not below mine" in await bench.act("time-out", lid=member, duur=60, reden="other")
    assert await bench.acts(member) == []


@pytest.mark.parametrize(
    ("command", "options", "power", "called"),
    [
        ("time-out", {"duur": 60, "reden": "insult"}, "moderate_members", "Timeout Members"),
        ("wis", {"aantal": 3}, "manage_messages", "Manage Messages"),
        ("traag", {"pauze": 30}, "manage_channels", "Manage Channels"),
        ("slot", {}, "manage_roles", "Manage Permissions"),
    ],
)
async def test_a_permission_that_the_bot_lacks_is_named_before_anything_is_done(
    bench: Bench, command: str, options: dict[str, Any], power: str, called: str
) -> None:
    world = bench.world
    if command in ("time-out", "wis"):
        options = {**options, "lid": world.anna}
    world.deny(world.channel, power)
    before = len(world.env.http_requests)
    told = await bench.act(command, **options)
    assert told == (
        f"I lack these permissions for it and have done nothing: {called}; "
        "give them to my role and try again."
    )
    assert {r.path.split("/")[1] for r in world.env.http_requests[before:]} <= {"interactions", "webhooks"}


async def test_who_may_not_is_refused_and_the_bot_lends_nobody_a_power(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    world = bench.world
    # A member: Discord hides the commands, and a forged call is refused.
    answer = await world.forge(world.anna, "moderatie", "slot")
    assert "Timeout Members, Manage Channels; nothing was done" in answer.response.content
    assert "moderation refused" in caplog.text
    # Somebody who may time out, and in Discord may not delete messages or change channels.
    role = world.guild.create_role("Watch", permissions=discord.Permissions(moderate_members=True))
    watch = world.guild.add_member(world.env.create_user("wacht"), roles=[role])
    assert "was warned" in await bench.act("waarschuw", by=watch, lid=world.anna, reden="insult")
    for command, options, called in (
        ("wis", {"lid": world.anna, "aantal": 2}, "Manage Messages"),
        ("slot", {}, "Manage Channels"),
        ("traag", {"pauze": 5}, "Manage Channels"),
    ):
        assert f"{called}; nothing was done" in await bench.act(command, by=watch, **options)
    # Unless the server's own settings gave them these commands.
    command: Any = world.env.backend.find_command("moderatie", world.guild.id, type=AppCommandType.CHAT_INPUT)
    world.guild.set_command_permissions(int(command["id"]), {watch: True})
    assert "Waiting time" in await bench.act("traag", by=watch, pauze=5)


# -- channels


async def test_slow_mode(bench: Bench) -> None:
    room: Any = bench.world.env.backend.get_channel(bench.world.channel.id)
    assert "thirty seconds" in await bench.act("traag", pauze=30)
    assert room.rate_limit_per_user == 30
    assert "is already: thirty seconds" in await bench.act("traag", pauze=30)
    await bench.act("traag", pauze=0)
    assert room.rate_limit_per_user == 0
    assert len(bench.logged()) == 2
    assert bench.reasons()[-1].endswith("waiting time between messages")


@pytest.mark.parametrize("before", [None, True, False])
async def test_a_lock_takes_writing_away_and_unlocking_gives_back_what_there_was(
    bench: Bench, before: bool | None
) -> None:
    world = bench.world
    live: Any = world.bot.get_channel(world.channel.id)
    everyone = live.guild.default_role
    if before is not None:
        await live.set_permissions(everyone, send_messages=before, add_reactions=False)
    kept = live.overwrites_for(everyone)
    assert "is closed" in await bench.act("slot")
    assert "is closed already" in await bench.act("slot")
    closed: Any = world.bot.get_channel(world.channel.id)
    shut = closed.overwrites_for(everyone)
    assert (shut.send_messages, shut.send_messages_in_threads) == (False, False)
    assert shut.add_reactions == kept.add_reactions
    await world.restart()
    assert "is open again" in await bench.act("open")
    opened: Any = world.bot.get_channel(world.channel.id)
    assert opened.overwrites_for(opened.guild.default_role) == kept
    if before is None:
        ours = world.env.backend.get_channel(world.channel.id).overwrites
        assert ours == []
    assert "was not closed with" in await bench.act("open")


async def test_a_thread_is_locked_and_opened(bench: Bench) -> None:
    world = bench.world
    world.env.backend.create_thread(world.channel.id, "zijpad", world.anna.id)
    (thread,) = world.channel.threads
    assert "is closed" in await bench.act("slot", channel=thread)
    stored: Any = world.env.backend.get_channel(thread.id)
    assert stored.thread_metadata.locked
    assert "is open again" in await bench.act("open", channel=thread)
    assert not stored.thread_metadata.locked
    assert world.env.backend.get_channel(world.channel.id).overwrites == []


# -- purging


async def test_a_purge_asks_first_and_takes_that_many_of_that_member_alone(bench: Bench) -> None:
    world = bench.world
    old = await world.anna.send(world.channel, "long ago")
    await world.env.advance_time(3600)
    said = [await world.anna.send(world.channel, f"noise {n}") for n in range(4)]
    other = await world.bram.send(world.channel, "me too")
    # Thirteen days and a half later, in the eyes of the bot.
    shift = timedelta(days=14) - timedelta(minutes=30)
    world.bot.now = lambda: discord.utils.utcnow() + shift
    asked = await bench.given("wis", lid=world.anna, aantal=3)
    assert f"{world.anna.mention} wrote 3 messages here" in asked.response.content
    later = await world.anna.send(world.channel, "and later")

    def there() -> set[int]:
        return {message.id for message in world.channel.history()}

    assert {m.id for m in said} <= there()
    await world.restart()
    done = await bench.sheriff.click(asked.response, label="Delete 3 messages")
    assert f"3 messages by {world.anna.mention} were deleted" in done.response.content
    assert not {m.id for m in said[1:]} & there()
    assert {old.id, said[0].id, other.id, later.id} <= there()
    assert done.response.components == []
    assert len(world.sent(path="/bulk-delete")) == 1
    assert "deleted 3 messages by" in bench.logged()[-1]
    assert bench.reasons()[-1] == f"sanne ({bench.sheriff.id}) through /moderation: messages deleted"
    world.bot.now = lambda: discord.utils.utcnow() + shift
    # All that Discord deletes at once: what is older than fourteen days stays, whatever is asked for.
    asked = await bench.given("wis", lid=world.anna, aantal=100)
    assert "wrote 2 messages" in asked.response.content


async def test_one_message_is_purged_with_its_reason_too(bench: Bench) -> None:
    world = bench.world
    comment = await world.anna.send(world.channel, "noise")
    asked = await bench.given("wis", lid=world.anna, aantal=5)
    await bench.sheriff.click(asked.response, label="Delete 1 message")
    assert comment.id not in {message.id for message in world.channel.history()}
    (sent,) = world.sent("DELETE", f"/messages/{comment.id}")
    assert sent.reason == f"sanne ({bench.sheriff.id}) through /moderation: messages deleted"
    assert "I find no messages" in await bench.act("wis", lid=world.anna, aantal=5)


async def test_a_forged_press_on_a_purge_is_refused(bench: Bench) -> None:
    world = bench.world
    comment = await world.anna.send(world.channel, "noise")
    room: Any = world.bot.get_channel(world.channel.id)
    view = discord.ui.View(timeout=None)
    forged = f"wederhoor:purge:{world.anna.id}:{comment.id}:{comment.id}"
    view.add_item(discord.ui.Button(label="x", custom_id=forged))
    shown = await room.send("x", view=view)
    await world.bram.click(shown, custom_id=forged)
    assert comment.id in {message.id for message in world.channel.history()}
    assert world.sent("DELETE", f"/messages/{comment.id}") == []


# -- notes and the dossier


async def test_a_note_stands_in_the_office_and_nowhere_else(bench: Bench) -> None:
    world = bench.world
    assert "is in the moderators' channel" in await bench.act(
        "notitie", lid=world.anna, tekst="Writes under two names, kwibusachtig."
    )
    (post,) = bench.office.history()
    assert "kwibusachtig" in post.content
    dossier = await bench.act("dossier", lid=world.anna)
    assert re.search(rf"note, by {bench.sheriff.mention} · \[message\]\(https://\S+/{post.id}\)", dossier)
    assert "kwibusachtig" not in dossier
    kept = b"".join(path.read_bytes() for path in world.database.parent.iterdir() if path.is_file())
    assert b"kwibusachtig" not in kept
    assert "Nothing is known" in await bench.act("dossier", lid=world.bram)


async def test_without_an_office_a_note_is_refused_and_an_act_says_that_nobody_was_told(bench: Bench) -> None:
    world = bench.world
    venue = world.bot.service.venues.at(world.channel.id)
    assert venue is not None
    await world.bot.service.venues.change_rules(venue, {"office": 0}, bench.sheriff.id)
    assert "there is none yet" in await bench.act("notitie", lid=world.anna, tekst="hm")
    assert await bench.acts(world.anna) == []
    told = await bench.act("waarschuw", lid=world.anna, reden="insult")
    assert "was warned" in told
    assert "no moderators' channel" in told
    (letter,) = bench.post(world.anna)
    assert letter.components == []
    assert "button" not in letter.content


async def test_a_long_dossier_fits_and_says_how_much_is_left_out(bench: Bench) -> None:
    for _ in range(25):
        await bench.act("waarschuw", lid=bench.world.anna, reden="off_topic")
    dossier = await bench.act("dossier", lid=bench.world.anna)
    assert len(dossier) <= 2000
    shown = dossier.count("- <t:")
    assert f"And {25 - shown} from before" in dossier


# -- language


async def test_commands_choices_and_answers_are_dutch_too(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak("nl", monkeypatch)
    world = bench.world
    command = next(it for it in world.sent("PUT", "/commands")[-1].json if it["name"] == "moderatie")
    assert command["name_localizations"]["en-GB"] == "moderation"
    assert command["default_member_permissions"] == discord.Permissions(moderate_members=True).value
    grounds = next(o for o in command["options"] if o["name"] == "waarschuw")["options"][1]["choices"]
    assert grounds[0]["name"] == "persoonlijke aanvallen of scheldwoorden"
    assert grounds[0]["name_localizations"]["en-US"] == "personal attacks or name-calling"
    told = await bench.act("waarschuw", lid=world.anna, reden="insult")
    assert told == f"{world.anna.mention} is gewaarschuwd; het bericht is aangekomen."
    told = await bench.act("time-out", lid=world.anna, duur=86400, reden="threat")
    assert f"{world.anna.mention} kan een dag alleen meelezen, tot <t:" in told
    assert "time-out van een dag wegens bedreiging, door" in await bench.act("dossier", lid=world.anna)
