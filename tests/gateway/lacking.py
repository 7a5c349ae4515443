"""What the simulated Discord lacks: pinned forum posts, limits of tags, pages of history, a locale."""

from __future__ import annotations

from typing import Any

import pytest
from simcord import interactions
from simcord.backend import errors, serializers
from simcord.enums import ChannelType
from simcord.env import Env
from simcord.http import router

PINNED = 1 << 1
EDIT_CHANNEL = ["channels", "{channel_id}"]
HISTORY = ["channels", "{channel_id}", "messages"]


def add_pinned_posts(patch: pytest.MonkeyPatch) -> None:
    """Lets who manages threads pin a forum post, and holds a forum to Discord's limits of tags."""
    plain = serializers.thread_payload

    def thread_payload(backend: Any, thread: Any) -> Any:
        return {**plain(backend, thread), "flags": getattr(thread, "flags", 0)}

    patch.setattr(serializers, "thread_payload", thread_payload)
    edit = _handler("PATCH", EDIT_CHANNEL)

    def edit_channel(ctx: router.RequestContext) -> Any:
        channel = ctx.backend.get_channel(ctx.int_arg("channel_id"))
        tags = ctx.body().get("available_tags", [])
        if len(tags) > 20 or any(not 1 <= len(tag["name"]) <= 20 for tag in tags):
            raise errors.invalid_form_body("available_tags")
        if "flags" in ctx.body():
            ctx.require_channel_permissions(channel.id, "manage_threads")
            others = [c for c in ctx.backend.channels.values() if c.parent_id == channel.parent_id]
            if any(getattr(other, "flags", 0) & PINNED for other in others if other is not channel):
                raise errors.BackendError(400, 30047, "Maximum number of pinned threads reached")
            channel.flags = ctx.body()["flags"]
            ctx.json = {name: value for name, value in ctx.body().items() if name != "flags"}
            ctx.backend.announce_channel_update(channel.id)
            if not ctx.json:
                return serializers.channel_payload(ctx.backend, channel)
        return edit(ctx)

    _replace(patch, "PATCH", EDIT_CHANNEL, edit_channel)


def page_history(patch: pytest.MonkeyPatch) -> None:
    """Lets what follows a message be read as in Discord: the oldest of it, and yet newest first."""
    plain = _handler("GET", HISTORY)

    def get_history(ctx: router.RequestContext) -> Any:
        if "after" not in ctx.params:
            return plain(ctx)
        limit = int(ctx.params.get("limit", 50))
        ctx.params = {**ctx.params, "limit": 10**6}
        return plain(ctx)[-limit:]

    _replace(patch, "GET", HISTORY, get_history)


def _handler(method: str, path: list[str]) -> router.Handler:
    return next(handler for template, handler in router._ROUTES[method] if template == path)


def _replace(patch: pytest.MonkeyPatch, method: str, path: list[str], handler: router.Handler) -> None:
    routes = [(t, handler if t == path else other) for t, other in router._ROUTES[method]]
    patch.setitem(router._ROUTES, method, routes)


def is_pinned(thread: Any) -> bool:
    """Whether a forum post is pinned."""
    return bool(getattr(thread._channel, "flags", 0) & PINNED)


def demand_tags(forum: Any, patch: pytest.MonkeyPatch) -> None:
    """Makes a forum demand a tag on every post."""
    plain = serializers.channel_payload

    def channel_payload(backend: Any, channel: Any) -> Any:
        payload = plain(backend, channel)
        return {**payload, "flags": 1 << 4} if channel.type == ChannelType.FORUM else payload

    patch.setattr(serializers, "channel_payload", channel_payload)
    forum._env.backend.announce_channel_update(forum.id)


def speak(locale: str, patch: pytest.MonkeyPatch) -> None:
    """From now on the Discord of every member is in that language."""
    plain = interactions.base_payload

    def base_payload(*args: Any, **kwargs: Any) -> Any:
        record, payload = plain(*args, **kwargs)
        return record, {**payload, "locale": locale}

    patch.setattr(interactions, "base_payload", base_payload)


def be_patient_at_start(env: Env) -> None:
    """Lets a bot that has much to catch up with take as long at its start as at any other time."""
    plain = env._settle_internal

    async def settle(*, timeout: float | None = None, **options: Any) -> None:  # noqa: ASYNC109
        await plain(timeout=max(timeout or 0.0, env.settle_timeout), **options)

    env._settle_internal = settle  # type: ignore[method-assign]
