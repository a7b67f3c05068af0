"""A hook of hatchling: wheels carry the manual page, made of the help when they are built."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ManPageHook(BuildHookInterface[Any]):
    """Writes `build/vizterm.1` and puts it into the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add share/man/man1/vizterm.1; not to an editable install, whose help may change."""
        if version == "editable":
            return
        root = Path(self.root)
        page = root / "build" / "vizterm.1"
        # A process of its own: the builder's may have imported another vizterm.
        command = [sys.executable, str(root / "release" / "man_page.py"), str(page)]
        subprocess.run(command, check=True)  # noqa: S603 - our own script
        build_data["shared_data"][str(page)] = "share/man/man1/vizterm.1"
