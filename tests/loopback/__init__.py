"""A small Discord on 127.0.0.1, for the tests that need a real socket; simcord serves all others."""
