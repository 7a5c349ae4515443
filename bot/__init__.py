"""Wederhoor: a debate channel that answers with the interviewees' own words, or keeps silent."""
