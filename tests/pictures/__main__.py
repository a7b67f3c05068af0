"""Take the pictures of `scenes` again, into docs/pictures.

    python -m tests.pictures [NAME ...]

Needs Xvfb, ImageMagick's import, kitty and xterm, and the font DejaVu Sans Mono.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.pictures.scenes import STILLS, TOUR
from tests.pictures.studio import film, photograph
from tests.support.real_terminal import missing

ROOT = Path(__file__).parents[2]
TARGET = ROOT / "docs" / "pictures"


def main(names: list[str]) -> int:
    """Take the pictures named, or all; 1 if something isn't installed, 2 for an unknown name."""
    known = [*(still.name for still in STILLS), TOUR.name]
    if unknown := set(names) - set(known):
        print(f"no such picture: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
        return 2
    absent = sorted({tool for terminal in ("kitty", "xterm") for tool in missing(terminal)})
    if absent:
        print(f"install first: {', '.join(absent)}")
        return 1
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for still in STILLS:
            if not names or still.name in names:
                _tell(photograph(still, TARGET, Path(folder)))
        if not names or TOUR.name in names:
            _tell(film(TOUR, TARGET, Path(folder)))
    return 0


def _tell(path: Path) -> None:
    print(f"{path.relative_to(ROOT)}  {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
