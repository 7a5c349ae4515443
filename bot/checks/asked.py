"""What the code asks of the wording, read from the code itself: a list of its own would fall behind."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

CODE = Path(__file__).resolve().parents[1]

FAMILIES: Mapping[str, str | tuple[str, ...] | None] = {
    "automod.rule_": ("spam", "mentions", "presets", "words"),
    "automod.state_": "FilterState",
    "browse.state_": "AnswerState",
    "button.": "ACTIONS",
    "cli.": "COMMANDS",
    "cli.compared_": "Change",
    "cli.figure_": "Figures",
    "cli.outcome_": "Outcome",
    "cli.reason_": "Reason",
    "cli.source_": ("missing", "large", "binary", "empty", "silent"),
    "cli.slip_": ("off_topic", "wrong_answer", "missed", "wrong_stance"),
    "cli.suggest_": "Proposes",
    "command.": None,
    "debate.": "VenueState",
    "heat.signal_": "Signal",
    "draft.doubt_": "Doubt",
    "draft.role_": "Role",
    "draft.shape_": "Shape",
    "lint.": None,
    "moderation.for_": ("60", "300", "600", "3600", "86400", "604800"),
    "moderation.ground_": "Ground",
    "moderation.kind_": ("warning", "time_out", "lifted", "purged", "note"),
    "moderation.log_": "ActKind",
    "moderation.pause_": ("0", "5", "10", "30", "60", "300", "900", "3600"),
    "moderation.power_": None,
    "moderation_command.": None,
    "opinion.button_": "Ballot",
    "opinion.own_": "STANDINGS",
    "opinion.told_": "EVENTS",
    "mod_log.": "OwnAct",
    "mod_log.what_": ("pointed", "polled", "shifted", "asked", "mentioned"),
    "permission.": None,
    "poll.": "DIRECTIONS",
    "poll.at_": "PollMoment",
    "poll.posted_": "PollMoment",
    "question.general_": "GENERAL",
    "privacy.button_": None,
    "privacy.table_": None,
    "report.": None,
    "report.about_held_out_": ("comments", "writers"),
    "report.held_out_": ("comments", "writers"),
    "report.kind_": "ExemplarKind",
    "report.plot_": None,
    "report.stance_": "Stance",
    "queue.choice_": "Mode",
    "queue.kind_": "ExemplarKind",
    "queue.mode_": "Mode",
    "queue.press_": ("accept", "reject", "own", "words", "mute"),
    "queue.reason_": ("unsure", "tie", "too_short", "stale", "mode_suggest", "old_source", "outvoted"),
    "queue.state_": ("accepted", "rejected", "own", "gone"),
    "recorded.kind_": ("objection", "agreement", "question"),
    "recorded.stock_": "ExemplarKind",
    "reply.band_": ("high", "fair", "low"),
    "reply.stance_": "Stance",
    "standing.": "Stance",
    "standing.part_": "Stance",
    "standing.state_": "AnswerState",
    "settings.choice_": None,
    "settings.name_": "HouseRules",
    "settings.state_": "VenueState",
    "store.": "StoreFault",
    "usage.option_": "OPTIONS",
    "usage.summary_": "COMMANDS",
}
"""Keys that are put together, by how they begin: the enumeration, shape or constant whose members end them.

None stands for every word that the code holds as a string.
"""

_KEY = re.compile(r"[a-z]\w*(?:\.\w+)+")
_BEGINNING = re.compile(r"[a-z]\w*\.\w*")
_WORD = re.compile(r"([\"'])([a-z]\w*)\1")
_NO_KEY = (".toml", ".json", ".jsonl", ".txt", ".sqlite3", ".log", ".py")
_SPEAKS = re.compile(r"\b(?:say|render|named|Told|SettingsError)\(")
_SAYS = {"say", "render", "Told", "SettingsError"}


@dataclass(frozen=True)
class Asked:
    """What the code asks: each key with the values that every caller gives, None where that cannot be read.

    `words` are the single words among the code's strings, `labels` the keys of what stands on buttons,
    `unknown` the beginnings of keys that `FAMILIES` lacks.
    """

    given: Mapping[str, frozenset[str] | None]
    words: frozenset[str]
    labels: frozenset[str]
    unknown: frozenset[str]

    def uses(self, key: str) -> bool:
        """Whether the code may ask for that template."""
        if key in self.given:
            return True
        return any(
            members is None and key.startswith(begin) and key.removeprefix(begin) in self.words
            for begin, members in FAMILIES.items()
        )


def asked(files: Collection[str], code: Path = CODE) -> Asked:
    """What the program asks for; every key begins with one of `files`, the names of the wording's files."""
    texts = [path.read_text("utf-8") for path in sorted(code.rglob("*.py"))]
    reader = _Reader(files, texts)
    for page in sorted(code.rglob("templates/*")):
        reader.read_page(page.read_text("utf-8"))
    holds_key = re.compile(rf"""[\"'](?:{"|".join(files)})\.|f[\"']\{{\w+\}}_""")
    for text in texts:
        if _SPEAKS.search(text):
            for tree in _statements(text, holds_key):
                reader.read(tree)
    words = reader.words | {f"{word}{ending}" for word in reader.words for ending in reader.endings}
    labels = {f"button.{action}" for action in reader.members("ACTIONS")}
    return Asked(reader.given, frozenset(words), frozenset(labels), frozenset(reader.unknown))


def _statements(text: str, wanted: re.Pattern[str]) -> Iterator[ast.Module]:
    """The statements of a file that may hold a key: to parse all the others takes most of the time."""
    starts = [found.start() for found in _STATEMENT.finditer(text)]
    pieces = [text[start:end] for start, end in pairwise([*starts, len(text)])]
    try:
        yield from [ast.parse(piece) for piece in pieces if wanted.search(piece)]
    except SyntaxError:  # not every line that looks like a statement of its own is one
        yield ast.parse(text)


_STATEMENT = re.compile(r"^[@\w]", re.MULTILINE)


class _Reader:
    def __init__(self, files: Collection[str], texts: Iterable[str]) -> None:
        self._files = files
        self._texts = list(texts)
        self._given: dict[str, frozenset[str] | None] = {}
        self._loose: set[str] = set()
        self.words = {found[2] for text in self._texts for found in _WORD.finditer(text)}
        self.endings: set[str] = set()
        self.unknown: set[str] = set()

    def read(self, tree: ast.Module) -> None:
        """Notes every key in one file, with what a caller gives to it where it is a call."""
        told = (ast.Call, ast.Constant, ast.JoinedStr, ast.Assign)
        nodes = [node for node in ast.walk(tree) if isinstance(node, told)]
        named: dict[str, list[ast.expr]] = {}
        called: set[int] = set()
        for node in nodes:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    named.setdefault(name, []).append(value)
                case ast.JoinedStr(values=parts):
                    called |= {id(part) for part in parts}
                case _:
                    pass
        for node in nodes:
            if isinstance(node, ast.Call) and node.args and _called(node) in _SAYS:
                first = node.args[0]
                asked_for = named.get(first.id, []) if isinstance(first, ast.Name) else [first]
                for text in (text for value in asked_for for text in _strings(value)):
                    called.add(id(text))
                    for key in self._keys(text):
                        self._note(key, _given(node))
        for node in nodes:
            if id(node) not in called:
                self._loose |= set(self._keys(node))

    def read_page(self, text: str) -> None:
        """Notes every key in a page that asks for its words itself."""
        for quoted in re.findall(r"[\"']([\w.]+)[\"']", text):
            self._loose |= set(self._family(quoted) if quoted.endswith(("_", ".")) else self._key_of(quoted))
            self.words.add(quoted)

    def _note(self, key: str, given: frozenset[str] | None) -> None:
        before = self._given.get(key, given)
        self._given[key] = before & given if before is not None and given is not None else None

    @property
    def given(self) -> dict[str, frozenset[str] | None]:
        """Every key, with what all its callers give; None for one that stands elsewhere than in a call."""
        return {key: self._given.get(key) for key in self._given.keys() | self._loose}

    def _keys(self, node: ast.AST) -> Iterator[str]:
        match node:
            case ast.Constant(value=str(text)):
                yield from self._key_of(text)
            case ast.JoinedStr(values=[ast.FormattedValue(), ast.Constant(value=str(ending))]) if (
                ending.startswith("_")
            ):
                self.endings.add(ending)
            case ast.JoinedStr(values=[ast.Constant(value=str(begin)), *_]):
                yield from self._family(begin)
            case _:
                pass

    def _key_of(self, text: str) -> Iterator[str]:
        if _KEY.fullmatch(text) and text.split(".")[0] in self._files and not text.endswith(_NO_KEY):
            yield text

    def _family(self, begin: str) -> Iterator[str]:
        if not _BEGINNING.fullmatch(begin) or begin.split(".")[0] not in self._files:
            return
        if begin not in FAMILIES:
            self.unknown.add(begin)
            return
        members = FAMILIES[begin]
        for member in self.members(members) if isinstance(members, str) else members or ():
            yield f"{begin}{member}"

    def members(self, name: str) -> Iterator[str]:
        """The values of an enumeration, the fields of a shape, or the words of a constant."""
        start = re.compile(rf"^(?:class {name}\b|{name} = )", re.MULTILINE)
        text, at = next(
            ((text, found.start()) for text in self._texts if (found := start.search(text))), ("pass", 0)
        )
        end = re.compile(r"^[^\s)]", re.MULTILINE).search(text, at + 1)
        (statement,) = ast.parse(text[at : end.start() if end else len(text)]).body
        for node in statement.body if isinstance(statement, ast.ClassDef) else [statement]:
            match node:
                case ast.Assign(value=ast.Constant(value=str(word))):
                    yield word
                case ast.AnnAssign(target=ast.Name(id=word)):
                    yield word
                case ast.Assign(value=ast.Tuple(elts=words)):
                    yield from (word.value for word in words if isinstance(word, ast.Constant))  # type: ignore[misc]
                case _:
                    pass


def _strings(node: ast.expr) -> Iterator[ast.expr]:
    """The strings that an expression may stand for."""
    if isinstance(node, ast.IfExp):
        yield from (*_strings(node.body), *_strings(node.orelse))
    elif isinstance(node, ast.Constant | ast.JoinedStr):
        yield node


def _called(node: ast.Call) -> str:
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _given(node: ast.Call) -> frozenset[str] | None:
    """The names of the values at a call, None when they are not written there."""
    names = {keyword.arg for keyword in node.keywords}
    if _called(node) == "Told" and len(node.args) > 1:
        if not isinstance(node.args[1], ast.Dict):
            return None
        names = {key.value if isinstance(key, ast.Constant) else None for key in node.args[1].keys}
    return None if None in names else frozenset(str(name) for name in names)
