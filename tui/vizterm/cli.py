"""The command line: arguments, exit codes, errors in one line on stderr.

Subcommands are imported when they are called, so that `vizterm --help` answers at once.
"""

from __future__ import annotations

import importlib
import signal
import sys
from typing import Any, NoReturn

import click

from vizterm.exit_codes import ExitCode
from vizterm.shell.blas import limit_blas_threads
from vizterm.shell.directories import config_file
from vizterm.terminal.streams import drop_unwritten, leave, prepare_streams
from vizterm.version import __version__
from vizterm_core.overrides import override

EXAMPLES = """\b
Examples:
  vizterm demo                        1,906 emoji, each with its picture
  vizterm embed data.npz              a scatter with the picture of each point
  vizterm embed data.npz --coords umap --labels species
  vizterm embed data.npz --print      one frame to stdout, also in a pipe
  vizterm heat clicks.csv --sigma 15  events as a blurred heatmap
  tail -f clicks.csv | vizterm heat - --size 1920x1080
  vizterm overlay image.png features.npy --channel 17
  vizterm info data.npz               the arrays in a file, and their use
  vizterm doctor                      the terminal's abilities, and advice
"""

_COMMANDS = {
    "demo": "Show the data that come with vizterm.",
    "embed": "Show a labelled 2-D embedding from an .npz file.",
    "heat": "Show events or a grid as a blurred heatmap.",
    "overlay": "Show a network's feature map over its image.",
    "doctor": "Report what the terminal can do, and what would help.",
    "tags": "Print the tags that rows have been given in embed.",
    "info": "List the arrays in an .npz file and what embed would show.",
    "completion": "Print what makes a shell complete vizterm's words.",
}

_PARAMETERS = {"as": "meaning", "range": "value_range", "print": "printed", "y": "upwards"}
"""Options that have another name in the program: Python keeps theirs for itself."""
_LONGEST_LINE = 2000


class LazyGroup(click.Group):
    """Lists subcommands by name; imports `vizterm.commands.NAME` when one is called."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"vizterm.commands.{cmd_name}")
        command: click.Command = module.command
        return command

    @override
    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if not ctx.resilient_parsing and args[0] not in _COMMANDS and not args[0].startswith("-"):
            from vizterm.commands.suggestions import refuse_command

            refuse_command(args, _COMMANDS)
        return super().resolve_command(ctx, args)

    @override
    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(
    cls=LazyGroup,
    help="Look at embeddings, heatmaps and overlays without leaving the SSH session.\n\n"
    + EXAMPLES,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "-V", "--version", message="vizterm %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
        return
    ctx.default_map = _settings()


def main() -> NoReturn:
    """Run the command line; the program always ends here."""
    # A reader that closes the pipe, such as head, is no error.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    limit_blas_threads()
    prepare_streams()
    code = _run()
    drop_unwritten()
    leave(code)


def _run() -> int:
    from vizterm_core.errors import UsageError, VizError

    try:
        code = cli(standalone_mode=False)
        sys.stdout.flush()
        return int(code or ExitCode.OK)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except (click.Abort, KeyboardInterrupt):
        return ExitCode.INTERRUPTED
    except click.ClickException as error:
        context = error.ctx if isinstance(error, click.UsageError) else None
        where = context.command_path if context else "vizterm"
        _complain(f"{where}: {_one_line(error.format_message()).rstrip('.')}; try {where} --help")
        return ExitCode.USAGE
    except UsageError as error:
        _complain(f"vizterm: {error}")
        return ExitCode.USAGE
    except VizError as error:
        _complain(f"vizterm: {error}")
        return ExitCode.DATA
    except MemoryError:
        _complain("vizterm: not enough memory for these arrays; free some, or save fewer points")
        return ExitCode.DATA
    except OSError as error:
        _complain(f"vizterm: {error.strerror or error}: {error.filename or ''}".rstrip(": "))
        return ExitCode.DATA
    except Exception as error:  # noqa: BLE001 - the last boundary: a line and a log, no traceback
        from vizterm.shell.crash import report

        _complain(f"vizterm: {report(error)}")
        return ExitCode.INTERNAL


def _complain(text: str) -> None:
    from vizterm_core.text import clean

    # Names that a person gave may hold escape sequences, or bytes that are no text.
    click.echo(clean(_one_line(text), _LONGEST_LINE), err=True)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _settings() -> dict[str, Any]:
    """Defaults from `$XDG_CONFIG_HOME/vizterm/config.toml`; top-level keys hold for all."""
    path = config_file()
    if path is None:
        return {}
    try:
        text = path.read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise click.UsageError(f"can't read {path}: {error}") from error
    import tomllib

    try:
        settings = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise click.UsageError(f"{path}: {error}") from error
    common = {key: value for key, value in settings.items() if not isinstance(value, dict)}
    return {name: _by_parameter({**common, **settings.get(name, {})}) for name in _COMMANDS}


def _by_parameter(settings: dict[str, Any]) -> dict[str, Any]:
    """Return settings by the names that click has for the options."""
    return {
        _PARAMETERS.get(key, key): value
        for key, value in ((key.replace("-", "_"), value) for key, value in settings.items())
    }
