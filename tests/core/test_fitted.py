"""Regressions that were fitted before are taken by the same code only."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.debates.conftest import HARBOUR, ROOT, replace

FIT = """
import numpy, pathlib, sys
from bot.core.matching import index_texts
from bot.core.vectors import Vectors
from bot.debates import load_debate
from bot.fitted import index_for
claims = load_debate(pathlib.Path(sys.argv[1])).claim_set
rows = numpy.random.default_rng(1).normal(size=(len(index_texts(claims)), 8)).astype("float32")
index_for(claims, Vectors({"light": rows}), "light:m", pathlib.Path(sys.argv[2]))
"""


def test_a_fit_is_made_anew_by_whatever_other_code_it_would_come_from(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "bot", tmp_path / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    folder = tmp_path / "fits"

    def fits() -> int:
        words = [sys.executable, "-c", FIT, str(HARBOUR), str(folder)]
        subprocess.run(words, env={"PYTHONPATH": str(tmp_path)}, cwd=tmp_path, check=True)
        return len(list(folder.iterdir()))

    assert fits() == 1
    assert fits() == 1
    core = tmp_path / "bot" / "core"
    replace(core / "lexical.py", "ngram_range=(3, 6)", "ngram_range=(3, 5)")
    assert fits() == 2
    replace(core / "kernel.py", "1e-6", "2e-6")
    assert fits() == 3
