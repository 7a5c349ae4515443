"""The values of the loopback Discord in the JSON of Discord's API v10."""

from __future__ import annotations

from tests.loopback.state import (
    Channel,
    ChannelKind,
    Guild,
    Interaction,
    Json,
    Member,
    Message,
    State,
    time_of,
)


def user(it: Member) -> Json:
    """The user behind a member; a bot's application has the same id."""
    names = {"username": it.name, "global_name": it.name, "discriminator": "0", "avatar": None}
    return {"id": str(it.id), "bot": it.bot, **names}


def member(it: Member, *roles: int) -> Json:
    """The member without the user."""
    joined = time_of(it.id).isoformat()
    return {
        "roles": [str(id_) for id_ in roles],
        "joined_at": joined,
        "deaf": False,
        "mute": False,
        "flags": 0,
    }


def guild(it: Guild, bot: Member) -> Json:
    """The guild of GUILD_CREATE, with the bot as its only known member; the bot's role has the bot's id."""
    roles = [(it.id, "@everyone", it.everyone), (bot.id, bot.name, it.bot_role)]
    channels = [channel(one) for one in it.channels.values()]
    return {
        "id": str(it.id),
        "name": it.name,
        "owner_id": str(it.id),
        "unavailable": False,
        "member_count": 2,
        "roles": [
            {"id": str(id_), "name": name, "permissions": str(granted), "position": place}
            for place, (id_, name, granted) in enumerate(roles)
        ],
        "members": [{**member(bot, bot.id), "user": user(bot)}],
        "channels": [one for one in channels if one["type"] != ChannelKind.THREAD],
        "threads": [one for one in channels if one["type"] == ChannelKind.THREAD],
    }


def channel(it: Channel) -> Json:
    """The channel, or the thread with its metadata."""
    common = {"id": str(it.id), "guild_id": str(it.guild.id), "name": it.name, "type": int(it.kind)}
    common["parent_id"] = str(it.parent.id) if it.parent else None
    common["last_message_id"] = str(max(it.messages)) if it.messages else None
    if it.kind != ChannelKind.THREAD:
        own = {"topic": it.topic, "flags": it.flags, "available_tags": it.available_tags}
        return {**common, **own, "position": 0, "permission_overwrites": []}
    counts = {
        "message_count": len(it.messages),
        "member_count": 1,
        "owner_id": str(it.owner_id or it.guild.id),
    }
    common |= {"flags": it.flags, "applied_tags": it.applied_tags}
    stamp = {"archive_timestamp": time_of(it.id).isoformat(), "auto_archive_duration": 1440}
    return {**common, **counts, "thread_metadata": {"archived": it.archived, "locked": False, **stamp}}


def message(it: Message) -> Json:
    """The message as the REST API gives it, with what it replies to."""
    payload = {
        "id": str(it.id),
        "channel_id": str(it.channel.id),
        "author": user(it.author),
        "content": it.content,
        "timestamp": time_of(it.id).isoformat(),
        "edited_timestamp": it.edited_at and it.edited_at.isoformat(),
        "type": it.kind,
        "flags": it.flags,
        "embeds": it.embeds,
        "components": it.components,
        "pinned": it.pinned,
        "attachments": [],
        "mentions": [],
        "mention_roles": [],
        "mention_everyone": False,
        "tts": False,
    }
    if it.nonce is not None:
        payload["nonce"] = it.nonce
    if it.replied_to is not None:
        ids = {"message_id": str(it.replied_to), "channel_id": str(it.channel.id)}
        payload["message_reference"] = {"type": 0, "guild_id": str(it.channel.guild.id), **ids}
        target = it.channel.messages.get(it.replied_to)
        # As in Discord, what is shown of a reply's target does not show that one's own target.
        payload["referenced_message"] = message(target) | {"referenced_message": None} if target else None
    return payload


def message_event(it: Message) -> Json:
    """The message as the gateway gives it; a bot's role has the bot's id."""
    roles = (it.author.id,) if it.author.bot else ()
    return {**message(it), "guild_id": str(it.channel.guild.id), "member": member(it.author, *roles)}


def interaction(it: Interaction, state: State) -> Json:
    """The interaction of INTERACTION_CREATE."""
    home = it.channel.guild
    permissions = str(home.everyone | it.member.permissions)
    payload = {
        "id": str(it.id),
        "application_id": str(state.bot.id),
        "type": it.kind,
        "token": it.token,
        "version": 1,
        "data": it.data,
        "guild_id": str(home.id),
        "channel_id": str(it.channel.id),
        "channel": channel(it.channel),
        "member": {**member(it.member), "user": user(it.member), "permissions": permissions},
        "locale": it.member.locale,
        "guild_locale": "nl",
        "app_permissions": str(home.everyone | home.bot_role),
        "context": 0,
        "attachment_size_limit": 10_485_760,
    }
    return payload | ({"message": message(it.source)} if it.source else {})
