"""The gate of this project's own CI: a commit that makes a debate answer worse does not pass."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.encoder import Encoder
from tests.conftest import ROOT
from tests.debates.conftest import exemplar
from tests.small import calibrate, calibrated

COPIED = ("Makefile", ".ci/compare", "pyproject.toml", "constraints.txt")
PROGRAM = """#!/bin/sh
echo "$@" >> ran
exec "{python}" -m bot "$@"
"""


class Repository:
    """A repository with the small debate, a way to commit and the gate."""

    def __init__(self, folder: Path, state: Path, model: str) -> None:
        self._folder = folder
        self._model = model
        # Under `make test` the make below would be a part of that one and say so.
        theirs = ("WEDERHOOR_", "GIT_", "MAKE", "MFLAGS")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(theirs)}
        self._environment = {
            **kept,
            "WEDERHOOR_STATE": str(state),
            "WEDERHOOR_LANGUAGE": "en",
            "WEDERHOOR_MODEL": "light",
            "WEDERHOOR_PROMPTS": str(ROOT / "prompts"),
            "PYTHONPATH": str(ROOT),
            "HF_HUB_OFFLINE": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
        }
        calibrated(folder / "data", model)
        for name in COPIED:
            (folder / name).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
        program = folder / ".venv" / "bin" / "wederhoor"
        program.parent.mkdir(parents=True)
        program.write_text(PROGRAM.format(python=sys.executable), "utf-8")
        program.chmod(0o755)
        (folder / ".venv" / ".ready").touch()
        (folder / ".gitignore").write_text(".venv\nran\n", "utf-8")
        self.run("git", "init", "--quiet")
        self.commit()

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command in the repository."""
        return subprocess.run(
            words, cwd=self._folder, env=self._environment, capture_output=True, text=True, check=False
        )

    def commit(self) -> None:
        """Commits everything."""
        self.run("git", "add", "--all")
        whom = ("-c", "user.name=anna", "-c", "user.email=anna@example.org")
        done = self.run("git", *whom, "commit", "--quiet", "-m", "a change")
        assert done.returncode == 0, done.stderr

    def add(self, claim: str, *exemplars: str) -> None:
        """Commits exemplars more, with the debate calibrated for them."""
        debate = self._folder / "data" / "harbour"
        path = debate / "claims" / f"{claim}.toml"
        added = "\n".join(exemplar("question", text) for text in exemplars)
        path.write_text(f"{path.read_text('utf-8')}\n{added}", "utf-8")
        calibrate(debate, self._model)
        self.commit()

    @property
    def compared(self) -> int:
        """How often the debates were really compared."""
        ran = self._folder / "ran"
        return len(ran.read_text("utf-8").splitlines()) if ran.exists() else 0


@pytest.fixture
def repository(tmp_path: Path, state: Path, light: Encoder) -> Repository:
    return Repository(tmp_path, state, light.model_id)


@pytest.mark.feature("T15")
def test_a_commit_with_bad_exemplars_fails_with_the_claim_named(repository: Repository) -> None:
    repository.add("eelgrass", "Does anybody still see eelgrass when they dive there?")
    passed = repository.run(".ci/compare")
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert "8 comments: 0 replies gained" in passed.stdout
    asked = "who pays for the lighthouse these days?"
    repository.add("no-buyers", f"So {asked}", f"And {asked}", f"Well, {asked}")
    failed = repository.run(".ci/compare")
    assert failed.returncode == 1, failed.stdout + failed.stderr
    assert "no-buyers" in failed.stderr.splitlines()[-1]
    assert "below the floor" in failed.stderr.splitlines()[-1]
    assert repository.compared == 2


@pytest.mark.feature("T15")
def test_where_nothing_changed_or_can_be_compared_it_is_passed_over_at_once(
    repository: Repository, tmp_path: Path
) -> None:
    first = repository.run("make", "compare")
    assert (first.returncode, first.stderr) == (0, "")
    assert (
        first.stdout
        == "compare: this clone does not hold HEAD^, so there is nothing to compare data/ with.\n"
    )
    (tmp_path / "README.md").write_text("Read me.", "utf-8")
    repository.commit()
    same = repository.run("make", "compare")
    assert (same.returncode, same.stdout) == (0, "compare: data/ is what it was at HEAD^.\n")
    shutil.copytree(tmp_path / "data" / "harbour", tmp_path / "data" / "another")
    new = repository.run("make", "compare", "BASE=HEAD")
    assert new.returncode == 0
    assert "data/another is new or gone since HEAD" in new.stdout
    assert repository.compared == 0
    shutil.rmtree(tmp_path / ".git")
    exported = repository.run(".ci/compare")
    assert (exported.returncode, exported.stderr) == (0, "")
    assert "no git clone" in exported.stdout


def test_ci_runs_the_gate() -> None:
    assert "make compare" in (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
