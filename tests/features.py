"""The scoreboard of docs/features.md: which ids are proven by a passing test (`make features`)."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


class _Board:
    def __init__(self) -> None:
        self._ids: dict[str, set[str]] = {}
        self.failing: set[str] = set()
        self.proven: set[str] = set()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if item.get_closest_marker("feature")]
        for item in items:
            self._ids[item.nodeid] = {i for mark in item.iter_markers("feature") for i in mark.args}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        ids = self._ids.get(report.nodeid, set())
        if report.failed:
            self.failing |= ids
        elif report.when == "call" and report.passed:
            self.proven |= ids


def main() -> int:
    """Runs the tests that prove features and prints a line an id."""
    table = (ROOT / "docs" / "features.md").read_text("utf-8")
    known = re.findall(r"^\| ([MDTO]\d+) \|", table, re.MULTILINE)
    board = _Board()
    pytest.main(["-q", "--no-header", str(ROOT / "tests")], plugins=[board])
    proven = board.proven - board.failing
    for feature in known:
        state = "failing" if feature in board.failing else "proven" if feature in proven else "not yet"
        sys.stdout.write(f"{feature:4} {state}\n")
    sys.stdout.write(f"{len(proven & set(known))} of {len(known)} proven\n")
    return 1 if board.failing else 0


if __name__ == "__main__":
    sys.exit(main())
