"""Types of discord.py by the names that this package gives them."""

from __future__ import annotations

from typing import Any

import discord

Interaction = discord.Interaction[Any]

Room = discord.TextChannel | discord.Thread
"""Where messages are written."""
