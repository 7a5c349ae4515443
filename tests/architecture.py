"""The rules that the code's shape must keep, as functions from a folder of Python to what breaks them."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

Graph = Mapping[str, set[str]]

DISCORD = ("bot.gateway", "bot.sandbox", "bot.app", "bot.cli.running")
HOMES: Mapping[str, tuple[str, ...]] = {
    "discord": DISCORD,
    "simcord": ("bot.sandbox",),
    "sqlalchemy": ("bot.store",),
    "aiosqlite": ("bot.store",),
    "alembic": ("bot.store",),
    "torch": ("bot.encoder",),
    "sentence_transformers": ("bot.encoder",),
    "transformers": ("bot.encoder",),
    "sklearn": ("bot.core",),
    "typer": ("bot.cli",),
}
"""Where a library may be imported; everywhere else somebody would have to know it who need not."""

WIRING = ("bot.__main__", "bot.cli", "bot.sandbox")
"""Who may import `bot.app`."""

PURE = frozenset({"numpy", "scipy", "sklearn", "pydantic", "bot.core"})
IMPURE = frozenset(
    [
        "asyncio",
        "builtins",
        "glob",
        "http",
        "io",
        "logging",
        "multiprocessing",
        "os",
        "pathlib",
        "random",
        "secrets",
        "shutil",
        "signal",
        "socket",
        "sqlite3",
        "subprocess",
        "sys",
        "tempfile",
        "threading",
        "time",
        "urllib",
        "uuid",
        "warnings",
    ]
)
"""Modules of the standard library that reach for a file, a clock, a network, chance or another thread."""

_OPENS = frozenset(["open", "print", "input", "exec", "eval", "breakpoint"])
_READS = frozenset(
    [
        "now",
        "utcnow",
        "today",
        "localtime",
        "gmtime",
        "monotonic",
        "perf_counter",
        "read_text",
        "write_text",
        "read_bytes",
        "write_bytes",
        "getenv",
        "urandom",
        "getrandbits",
    ]
)
_LOGS = frozenset(["debug", "info", "warning", "error", "exception", "critical", "log"])
_WORD = re.compile(r"[^\W\d_]{2,}")
_SENTENCE = re.compile(r"[^\W\d_]*[A-ZÀ-Ý][a-zà-ÿ]|[“«]|.*[\w)”][.?!…][”)]*\Z", re.DOTALL)


@dataclass(frozen=True)
class Module:
    """One file of the program."""

    name: str
    path: Path

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text("utf-8"))

    @property
    def unit(self) -> str:
        """The part of the program that it belongs to: a package or file directly under `bot`."""
        return self.name.split(".")[1] if "." in self.name else self.name

    @property
    def imports(self) -> Iterator[tuple[str, int]]:
        """Every module imported anywhere in it, with the line."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name, node.lineno) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = node.module or ""
                if node.level:  # a relative import, counted from this file's package
                    parts = self.name.split(".")
                    inside = parts if self.path.name == "__init__.py" else parts[:-1]
                    kept = inside[: len(inside) - node.level + 1]
                    base = ".".join([*kept, *filter(None, [base])])
                yield base, node.lineno
                yield from ((f"{base}.{alias.name}", node.lineno) for alias in node.names)


def modules(root: Path) -> list[Module]:
    """Every file of the package `bot` in that folder."""
    found: list[Module] = []
    for path in sorted((root / "bot").rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        found.append(Module(".".join(parts[:-1] if parts[-1] == "__init__" else parts), path))
    return found


def _within(name: str, places: tuple[str, ...] | frozenset[str]) -> bool:
    return any(name == place or name.startswith(f"{place}.") for place in places)


# -- imports


def impure_imports(found: list[Module]) -> list[str]:
    """What `core` imports beyond the quiet part of the standard library and its four libraries."""
    leaks: list[str] = []
    for module in found:
        if module.unit != "core":
            continue
        for name, line in module.imports:
            top = name.split(".")[0]
            quiet = top in sys.stdlib_module_names and not _within(name, IMPURE)
            if not quiet and not _within(name, PURE) and name != "bot":
                leaks.append(f"{module.name}:{line} imports {name}")
    return leaks


def strayed_imports(found: list[Module]) -> list[str]:
    """Libraries imported outside their homes, and `bot.app` by others than those who start the program."""
    homes = {**HOMES, "bot.app": WIRING}
    return [
        f"{module.name}:{line} imports {name}"
        for module in found
        for name, line in module.imports
        for library, places in homes.items()
        if _within(name, (library,)) and not _within(module.name, places) and module.name != library
    ]


def imported(found: list[Module]) -> dict[str, set[str]]:
    """Which part of the program imports which other part."""
    known = {module.unit for module in found} - {"bot"}
    graph: dict[str, set[str]] = {unit: set() for unit in known}
    for module in found:
        for name, _ in module.imports:
            parts = name.split(".")
            if module.unit in known and parts[0] == "bot" and len(parts) > 1 and parts[1] in known:
                graph[module.unit].add(parts[1])
    return {unit: others - {unit} for unit, others in graph.items()}


def drawn(text: str) -> dict[str, set[str]]:
    """The graph in the first fenced block under "import graph": each line `a, b ──► c, d ──► e`."""
    section = text.partition("import graph")[2]
    block = section.split("```")[1]
    graph: dict[str, set[str]] = {}
    for line in filter(str.strip, block.splitlines()):
        groups = [re.findall(r"\w+", group) for group in line.split("──►")]
        for left, right in pairwise(groups):
            for unit in left:
                graph.setdefault(unit, set()).update(right)
        for unit in groups[-1]:
            graph.setdefault(unit, set())
    return graph


def disagreements(drawing: Graph, code: Graph) -> list[str]:
    """Where the drawing and the code differ: a part may import what its arrows lead to, however far."""
    found = [f"{unit} is not drawn" for unit in sorted(code.keys() - drawing.keys())]
    found += [f"{unit} is drawn and is no part of the code" for unit in sorted(drawing.keys() - code.keys())]
    for unit in sorted(code.keys() & drawing.keys()):
        reach = _reach(drawing, unit)
        found += [f"{unit} imports {other}, which is not drawn" for other in sorted(code[unit] - reach)]
        found += [
            f"{unit} ──► {other} is drawn and not in the code" for other in sorted(drawing[unit] - code[unit])
        ]
    return found


def _reach(graph: Graph, unit: str) -> set[str]:
    reached: set[str] = set()
    ahead = [unit]
    while ahead:
        for other in graph.get(ahead.pop(), set()) - reached:
            reached.add(other)
            ahead.append(other)
    return reached


# -- what the code does and says


def impure_calls(found: list[Module]) -> list[str]:
    """Calls in `core` that read a clock, open a file, ask the environment or print."""
    return [
        f"{module.name}:{node.lineno} calls {_name(node.func)}"
        for module in found
        if module.unit == "core"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Name) and node.func.id in _OPENS)
            or (isinstance(node.func, ast.Attribute) and node.func.attr in _READS)
        )
    ]


def sentences(found: list[Module]) -> list[str]:
    """Strings that read like something said to people: two words or more, and a capital or a full stop.

    Left out are docstrings, log messages, and what an exception is raised with: no member reads those.
    """
    said: list[str] = []
    for module in found:
        quiet = _quiet(module.tree)
        for node in ast.walk(module.tree):
            if id(node) in quiet or not isinstance(node, ast.Constant | ast.JoinedStr):
                continue
            text = _text(node)
            if len(_WORD.findall(text)) > 1 and " " in text.strip() and _SENTENCE.match(text.strip()):
                said.append(f"{module.name}:{node.lineno} says {text!r}")
    return said


def _text(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)


def _quiet(tree: ast.Module) -> set[int]:
    """Every node inside a docstring, a log call, a `raise` or the making of an error, or an f-string."""
    quiet: set[int] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant()) | ast.Raise():
                quiet |= _inside(node)
            case ast.Call(func=func) if _is_quiet_call(func):
                quiet |= {i for part in (*node.args, *node.keywords) for i in _inside(part)}
            case ast.JoinedStr(values=parts):
                quiet |= {id(part) for part in parts}
            case _:
                pass
    return quiet


def _is_quiet_call(func: ast.expr) -> bool:
    match func:
        case (
            ast.Attribute(value=ast.Name(id="log" | "logging"), attr=attr)
            | ast.Attribute(value=ast.Call(func=ast.Attribute(value=ast.Name(id="logging"))), attr=attr)
        ):
            return attr in _LOGS
        case ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr="__init__"):
            return True
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.endswith("Error")
        case _:
            return False


def _inside(node: ast.AST) -> set[int]:
    return {id(part) for part in ast.walk(node)}


def _name(node: ast.expr) -> str:
    return ast.unparse(node)


VAGUE = re.compile(r"(?:^|_)(?:manager|helpers?|utils?|misc|common|handlers?|process|data|handle)(?:_|$)")

_SQLALCHEMY = {"process_bind_param", "process_result_value"}


def vague_names(found: list[Module]) -> list[str]:
    """Files, classes and functions with a name that says nothing of what they are."""
    vague: list[str] = []
    for module in found:
        names = [(module.name.split(".")[-1], 1)]
        for node in ast.walk(module.tree):
            named = isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            if named and node.name not in _SQLALCHEMY:
                names.append((node.name, node.lineno))
        for name, line in names:
            snake = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
            if VAGUE.search(snake):
                vague.append(f"{module.name}:{line} is called {name}")
    return vague
