"""`/debat instellingen`: every house rule in words, and a form for those that one wants to change."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

import discord
from discord import SelectDefaultValue, SelectDefaultValueType
from discord.ext import commands

from bot.core.errors import Told
from bot.core.rule_changes import rule_changes
from bot.core.rule_shapes import RuleKind, RuleShape, rule_shapes
from bot.gateway.aliases import Interaction
from bot.gateway.changes import UndoButton, change_words
from bot.gateway.here import forum_of, venue_here
from bot.gateway.limits import MOST_CHOICES, clipped
from bot.gateway.permissions import SPEAK, missing, told
from bot.gateway.pressing import answer_at_once, answer_press, send_form
from bot.gateway.rule_words import RuleWords, WrongRuleError, code_of
from bot.gateway.telling import tell
from bot.store.audit import Audit
from bot.store.rows import Venue
from bot.venues import rules_of
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot

MOST_INPUTS, LONGEST_LABEL = 5, 45
"""Discord's limits: inputs of a form, options of a menu, characters of an input's label and of an option."""

FORM = "wederhoor:rules:form"

_FORUM_ONLY, _CHANNEL_ONLY = {"only_tags", "not_tags"}, {"places"}
"""Rules that make sense in a forum alone, and those that make none there."""


def shapes_of(bot: DebateBot, venue: Venue) -> list[RuleShape]:
    """The rules that make sense where the debate is held."""
    senseless = _CHANNEL_ONLY if forum_of(bot, venue) else _FORUM_ONLY
    return [shape for shape in rule_shapes() if shape.name not in senseless]


def words_of(bot: DebateBot, venue: Venue, wording: Wording) -> RuleWords:
    """How the rules of a debate are said."""
    return RuleWords(wording, bot.get_guild(venue.guild_id), forum_of(bot, venue))


async def show_settings(bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
    """Tells every rule with its value, and offers to change them."""
    venue = venue_here(bot, interaction)
    if venue is None:
        await tell(interaction, wording.say("error.no_venue"))
        return
    words, rules, shapes = words_of(bot, venue, wording), rules_of(venue), shapes_of(bot, venue)
    live = bot.service.debates.get(venue.debate_id)
    overview = wording.say(
        "settings.overview",
        title=live.debate.title if live else venue.debate_id,
        lines=[
            {"name": words.name(shape.name), "value": words.value(shape, getattr(rules, shape.name))}
            for shape in shapes
        ],
        one_point=bool(live and live.calibration and not live.calibration.graded),
    )
    view = discord.ui.View(timeout=None)
    for page in range(-(-len(shapes) // MOST_CHOICES)):
        view.add_item(SettingsMenu.of(page, shapes, rules, words))
    await tell(interaction, overview, view=view)


class SettingsMenu(
    discord.ui.DynamicItem[discord.ui.Select[discord.ui.View]], template=r"wederhoor:rules:(?P<page>[0-9])"
):
    """The rules to choose from; choosing some opens the form with exactly those."""

    def __init__(self, select: discord.ui.Select[discord.ui.View]) -> None:
        super().__init__(select)

    @classmethod
    def of(cls, page: int, shapes: Sequence[RuleShape], rules: Any, words: RuleWords) -> Self:
        """The menu with one page of the rules, each with its present value."""
        options = [
            discord.SelectOption(
                label=clipped(words.name(shape.name)),
                value=shape.name,
                description=clipped(words.value(shape, getattr(rules, shape.name), plain=True)),
            )
            for shape in shapes[page * MOST_CHOICES : (page + 1) * MOST_CHOICES]
        ]
        return cls(
            discord.ui.Select(
                custom_id=f"wederhoor:rules:{page}",
                placeholder=words.wording.say("settings.choose"),
                max_values=min(MOST_INPUTS, len(options)),
                options=options,
            )
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        assert isinstance(item, discord.ui.Select)
        return cls(item)

    async def callback(self, interaction: Interaction) -> None:
        await answer_at_once(interaction, _open_form, moderators=True)


async def _open_form(bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
    venue = venue_here(bot, interaction)
    if venue is None:
        await tell(interaction, wording.say("error.no_venue"))
        return
    shapes = {shape.name: shape for shape in shapes_of(bot, venue)}
    chosen = [shapes[str(name)] for name in _sent(interaction).get("values", ())][:MOST_INPUTS]
    words, rules = words_of(bot, venue, wording), rules_of(venue)
    form = discord.ui.Modal(title=wording.say("settings.form"), custom_id=FORM)
    try:
        for shape in chosen:
            form.add_item(_input(bot, venue, shape, getattr(rules, shape.name), words))
    except WrongRuleError as error:
        await tell(interaction, wording.sentence(error.told))
        return
    await send_form(interaction, form)


def _input(
    bot: DebateBot, venue: Venue, shape: RuleShape, value: Any, words: RuleWords
) -> discord.ui.Label[discord.ui.Modal]:
    guild, name = bot.get_guild(venue.guild_id), shape.name
    component: discord.ui.Item[discord.ui.Modal]
    description = None
    match shape.kind:
        case RuleKind.CHOICE:
            component = _menu(name, [(code, words.choice(code)) for code in shape.choices], {code_of(value)})
        case RuleKind.CHANNEL:
            there = guild is not None and guild.get_channel(value) is not None
            component = discord.ui.ChannelSelect(
                custom_id=name,
                channel_types=[discord.ChannelType.text],
                required=False,
                min_values=0,
                default_values=[SelectDefaultValue(id=value, type=SelectDefaultValueType.channel)]
                if there
                else [],
            )
        case RuleKind.ROLES:
            there = [id_ for id_ in value if guild and guild.get_role(id_)]
            component = discord.ui.RoleSelect(
                custom_id=name,
                required=False,
                min_values=0,
                max_values=MOST_CHOICES,
                default_values=[
                    SelectDefaultValue(id=id_, type=SelectDefaultValueType.role) for id_ in there
                ],
            )
        case RuleKind.TAGS:
            forum = forum_of(bot, venue)
            tags = [(str(tag.id), tag.name) for tag in forum.available_tags] if forum else []
            if not tags:
                raise WrongRuleError(Told("settings.no_tags"))
            component = _menu(name, tags, {str(id_) for id_ in value}, several=True)
        case _:
            description = words.range(shape)
            component = discord.ui.TextInput(custom_id=name, default=words.typed(shape, value), max_length=12)
    return discord.ui.Label(
        text=words.name(name)[:LONGEST_LABEL], description=description, component=component
    )


def _menu(
    name: str, choices: Sequence[tuple[str, str]], chosen: set[str], *, several: bool = False
) -> discord.ui.Select[discord.ui.Modal]:
    return discord.ui.Select(
        custom_id=name,
        required=not several,
        min_values=0 if several else 1,
        max_values=len(choices) if several else 1,
        options=[
            discord.SelectOption(label=clipped(label), value=code, default=code in chosen)
            for code, label in choices
        ],
    )


class SettingsForms(commands.Cog):
    """Hears the forms with rules that moderators send in."""

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """A form that was sent in, among all else that is pressed."""
        if (
            interaction.type is discord.InteractionType.modal_submit
            and _sent(interaction).get("custom_id") == FORM
        ):
            await answer_press(interaction, _take_form, moderators=True)


async def _take_form(bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
    venue = venue_here(bot, interaction)
    if venue is None:
        await tell(interaction, wording.say("error.no_venue"))
        return
    words = words_of(bot, venue, wording)
    try:
        wanted = dict(_filled_in(bot, venue, _sent(interaction).get("components", ()), words))
    except WrongRuleError as error:
        await tell(interaction, wording.sentence(error.told))
        return
    before = rules_of(venue)
    changed = await bot.service.venues.change_rules(venue, wanted, interaction.user.id)
    changes = rule_changes(before.stored(), changed.rules)
    if not changes:
        await tell(interaction, wording.say("settings.unchanged"))
        return
    (entry, *_) = await Audit(bot.service.store).page(venue.id, 0, 1)
    view = discord.ui.View(timeout=None)
    view.add_item(UndoButton(entry.id, wording.say("settings.undo")))
    lines = [change_words(words, change) for change in changes]
    await tell(interaction, wording.say("settings.changed", lines=lines), view=view)


def _filled_in(
    bot: DebateBot, venue: Venue, components: Sequence[Mapping[str, Any]], words: RuleWords
) -> Iterator[tuple[str, object]]:
    """Each rule of a form with the value that was given; raises `WrongRuleError` before any is changed."""
    shapes = {shape.name: shape for shape in shapes_of(bot, venue)}
    for component in components:
        given = component.get("component", {})
        shape = shapes[str(given.get("custom_id"))]
        chosen = [str(value) for value in given.get("values", ())]
        match shape.kind:
            case RuleKind.CHOICE:
                if chosen[:1] and chosen[0] not in shape.choices:
                    raise LookupError(chosen[0])
                yield from ((shape.name, code) for code in chosen[:1])
            case RuleKind.CHANNEL:
                yield shape.name, _require_room(bot, int(chosen[0]), words) if chosen else 0
            case RuleKind.ROLES | RuleKind.TAGS:
                yield shape.name, [int(id_) for id_ in chosen]
            case _:
                yield shape.name, words.parse(shape, str(given.get("value", "")))


def _require_room(bot: DebateBot, channel_id: int, words: RuleWords) -> int:
    """The channel, when the bot may write there."""
    room = bot.get_channel(channel_id)
    lacking = missing(room, SPEAK[:2]) if isinstance(room, discord.TextChannel) else SPEAK[:2]
    if lacking:
        names = told(lacking, words.wording)
        raise WrongRuleError(Told("settings.no_room", {"channel": f"<#{channel_id}>", "names": names}))
    return channel_id


def _sent(interaction: Interaction) -> Mapping[str, Any]:
    """What Discord sent with a press; its types leave out most of it."""
    sent: Any = interaction.data or {}
    return sent
