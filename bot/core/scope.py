"""Whom and where the bot reads at all; outside of that nothing is computed and nothing written down."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from bot.core.house_rules import HouseRules, Places


def in_scope(rules: HouseRules, *, in_thread: bool, roles: AbstractSet[int], tags: AbstractSet[int]) -> bool:
    """Whether a comment is read: by where it stands, its author's roles and the tags of its forum post.

    Who or what is excluded stays so, whatever else includes it.
    """
    if rules.places is (Places.CHANNEL if in_thread else Places.THREADS):
        return False
    return _passes(roles, rules.only_roles, rules.not_roles) and _passes(
        tags, rules.only_tags, rules.not_tags
    )


def _passes(held: AbstractSet[int], wanted: tuple[int, ...], unwanted: tuple[int, ...]) -> bool:
    return held.isdisjoint(unwanted) and (not wanted or not held.isdisjoint(wanted))
