"""The program, as `vizterm` and as `python -m vizterm`."""

from __future__ import annotations

from vizterm.terminal.interrupt import end_on_interrupt


def main() -> None:
    """Run the command line; Ctrl+C is seen to first, as importing it takes a moment."""
    end_on_interrupt()
    from vizterm.cli import main as run

    run()


if __name__ == "__main__":
    main()
