"""Files that appear whole or not at all."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO


@contextmanager
def written_whole(path: Path) -> Iterator[IO[bytes]]:
    """A file to write to, which takes its place at the end with the rights of what was there.

    Raises `OSError` and then leaves what was there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Not a temporary file of Python's: only its owner may read that, and a debate folder is for others too.
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        with draft.open("xb") as file:
            with suppress(FileNotFoundError):
                shutil.copymode(path, draft)
            yield file
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
