"""`wederhoor evaluate` by itself: on comments nothing was fitted on, as tables and as one page."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from bot.debates import load_debate, load_labelled
from tests.commands.conftest import Ran, Run
from tests.conftest import WIJKAANPAK


class Page(HTMLParser):
    """What a page holds: its tables cell by cell, what it loads, and the texts for who cannot see it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self.loads: list[str] = []
        self.labels: list[str] = []
        self.language = ""
        self._table: list[list[str]] = []
        self._cell = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag == "html":
            self.language = known["lang"] or ""
        if tag == "table":
            self._table = self.tables.setdefault(known.get("id") or str(len(self.tables)), [])
        if tag == "tr":
            self._table.append([])
        if tag in ("td", "th"):
            self._cell = True
            self._table[-1].append("")
        if tag == "svg":
            self.labels.append(known.get("aria-label") or "")
        for name in ("src", "href", "xlink:href", "action", "data"):
            if known.get(name):
                self.loads.append(str(known[name]))
        if tag in ("link", "iframe", "object", "embed", "base"):
            self.loads.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._cell = False

    def handle_data(self, text: str) -> None:
        if self._cell:
            self._table[-1][-1] += text


@pytest.fixture(scope="module")
def evaluated(
    run: Run, by_light: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Ran, str]:
    """The test split, in words and as a page."""
    html = tmp_path_factory.mktemp("page") / "page.html"
    ran = run("evaluate", "--html", str(html), **by_light)
    assert ran.code == 0, ran.err
    return ran, html.read_text("utf-8")


@pytest.mark.feature("T7")
def test_the_table_sums_to_the_row_count(evaluated: tuple[Ran, str]) -> None:
    head, *rows, total = Page(evaluated[1]).tables["claims"]
    claims = load_debate(WIJKAANPAK).claim_set
    assert [row[0] for row in rows] == [*claims.by_id, "(silence)"]
    assert len(head) == 10
    count = len(load_labelled(WIJKAANPAK, "test"))
    for column in (1, 2):
        assert sum(int(row[column]) for row in rows) == int(total[column]) == count
    for row in rows:
        for share, bounds in ((4, 5), (6, 7), (8, 9)):
            low, high = map(float, row[bounds].split("–"))
            assert row[share] == "–" or low - 0.005 <= float(row[share]) <= high + 0.005


@pytest.mark.feature("T8", "T9")
def test_the_terminal_tells_every_part_and_every_error(evaluated: tuple[Ran, str]) -> None:
    out = evaluated[0].out
    for part in ("precision of answers", "coverage of on-topic", "silence where silence is right"):
        assert part in out
    for title in ("most confused pairs", "Risk by coverage", "keep its promise", "do harm", "help most"):
        assert title in out
    count = int(re.findall(r"Every error: (\d+)", out)[0])
    lines = [line for line in out.splitlines() if re.match(r"\S+  (OFF TOPIC|WRONG|missed|stance)  ", line)]
    assert len(lines) == count > 10
    rows = {row.id: row for row in load_labelled(WIJKAANPAK, "test")}
    for line in lines:
        row = rows[line.split()[0]]
        assert f"    {' '.join(row.text.split())}\n" in out


def test_the_page_needs_no_other_file_and_has_a_text_for_every_plot(evaluated: tuple[Ran, str]) -> None:
    page = Page(evaluated[1])
    assert [address for address in page.loads if not address.startswith("#")] == []
    assert "url(http" not in evaluated[1]
    assert "@import" not in evaluated[1]
    assert len(page.labels) == 4
    assert all(len(label) > 40 for label in page.labels)
    assert evaluated[1].count("<!doctype html>") == 1
    assert page.language == "en"


def test_every_error_stands_on_the_page_as_it_was_written(
    evaluated: tuple[Ran, str], run: Run, by_light: dict[str, Any], tmp_path: Path
) -> None:
    rows = [
        {"id": "x1", "text": "<script>alert(1)</script> is dit & dat nog wel een wijk?", "topic": "off"},
        {"id": "x2", "text": "“Krachtwijken” {{ 7 * 7 }} zijn 'prachtig' volgens ons", "topic": "on"},
    ]
    for row in rows:
        row["lang"] = "nl"
    rows[1] |= {"claims": ["onoplosbaar"], "stance": "asks"}
    file = tmp_path / "own.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    html = tmp_path / "eigen.html"
    ran = run("evaluate", "--rows", str(file), "--html", str(html), "--no-errors", **by_light, language="nl")
    assert ran.code == 0, ran.err
    text = html.read_text("utf-8")
    assert "alert(1)" not in re.sub(r"&lt;script&gt;alert\(1\)", "", text)
    assert "{{ 7 * 7 }}" in text
    assert Page(text).language == "nl"
    assert "Elke fout" in text
    assert "Elke fout" not in ran.out


@pytest.mark.feature("T6")
def test_rows_that_it_was_fitted_on_are_refused(run: Run, by_light: dict[str, Any], tmp_path: Path) -> None:
    dev = Path(by_light["debates"]) / "wijkaanpak" / "labelled" / "dev.jsonl"
    one = tmp_path / "one.jsonl"
    one.write_text(dev.read_text("utf-8").splitlines()[7], "utf-8")
    for words in (["--split", "dev"], ["--rows", str(dev)], ["--rows", str(one)]):
        ran = run("evaluate", *words, **by_light)
        assert (ran.code, ran.out) == (1, "")
        told = ran.err.splitlines()[-1]
        assert "calibrated on" in told
        assert "--held-out" in told
    ran = run("evaluate", "--split", "dev", "--held-out", "--no-errors", **by_light)
    assert ran.code == 0, ran.err
    assert "held out" in ran.out


@pytest.mark.feature("T6")
def test_each_writer_may_be_judged_by_a_calibration_on_the_others(
    run: Run, by_light: dict[str, Any], tmp_path: Path
) -> None:
    ran = run("evaluate", "--split", "dev", "--by-writer", "--no-errors", **by_light)
    assert ran.code == 0, ran.err
    assert "held out by writer" in ran.out
    dev = Path(by_light["debates"]) / "wijkaanpak" / "labelled" / "dev.jsonl"
    one = tmp_path / "one.jsonl"
    lines = dev.read_text("utf-8").splitlines(keepends=True)
    one.write_text("".join(line for line in lines if '"id": "d' in line), "utf-8")
    ran = run("evaluate", "--rows", str(one), "--by-writer", **by_light)
    assert (ran.code, ran.out) == (1, "")
    assert "by one writer (d, by their ids)" in ran.err


def test_what_cannot_be_read_or_written_is_one_sentence(
    run: Run, by_light: dict[str, Any], tmp_path: Path
) -> None:
    empty, wrong = tmp_path / "empty.jsonl", tmp_path / "wrong.jsonl"
    empty.write_text("\n", "utf-8")
    wrong.write_text(
        '{"id": "a", "text": "b", "lang": "nl", "topic": "on", "claims": ["nope"], "stance": "asks"}\n'
    )
    for words, part in (
        (["--rows", str(tmp_path / "nowhere.jsonl")], "nowhere.jsonl:1"),
        (["--rows", str(empty)], "empty.jsonl"),
        (["--rows", str(wrong)], "wrong.jsonl:1"),
        (["--html", str(tmp_path / "no" / "page.html")], "page.html"),
        (["--split", "train"], "train"),
    ):
        ran = run("evaluate", *words, **by_light)
        assert (ran.code, ran.out) == (1, "")
        (sentence,) = ran.err.splitlines()
        assert part in sentence
