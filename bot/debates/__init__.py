"""Debate folders: read, prove and lint them."""

from bot.debates.labelled import LabelledComment, LabelledPoint, load_labelled
from bot.debates.load import BrokenDebateError, Problem, load_debate, read_debate

__all__ = [
    "BrokenDebateError",
    "LabelledComment",
    "LabelledPoint",
    "Problem",
    "load_debate",
    "load_labelled",
    "read_debate",
]
