"""The Discord side: it translates between discord.py and the service, and decides nothing."""
