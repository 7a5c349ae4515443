"""The scoreboard of docs/features.md: which ids are proven by a passing test (`make features`)."""

from __future__ import annotations

import re
import sys

import pytest

from tests.conftest import FEATURE, ROOT


class _Board:
    def __init__(self) -> None:
        self.failing: set[str] = set()
        self.proven: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        ids = {str(value) for name, value in report.user_properties if name == FEATURE}
        if report.failed:
            self.failing |= ids
        elif report.when == "call" and report.passed:
            self.proven |= ids


def main(*options: str) -> int:
    """Runs the tests that prove features, with pytest's own options, and prints a line an id."""
    table = (ROOT / "docs" / "features.md").read_text("utf-8")
    known = re.findall(r"^\| ([MDTO]\d+) \|", table, re.MULTILINE)
    board = _Board()
    pytest.main(["-q", "--no-header", "-m", "feature", *options, str(ROOT / "tests")], plugins=[board])
    proven = board.proven - board.failing
    for feature in known:
        state = "failing" if feature in board.failing else "proven" if feature in proven else "not yet"
        sys.stdout.write(f"{feature:4} {state}\n")
    sys.stdout.write(f"{len(proven & set(known))} of {len(known)} proven\n")
    return 1 if board.failing else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
