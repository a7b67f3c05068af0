"""`vizterm completion SHELL`."""

from __future__ import annotations

import click

_SHELLS = ("bash", "zsh", "fish")


@click.command(name="completion")
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Print what makes a shell complete commands, options, files and names of arrays.

    \b
    bash   eval "$(vizterm completion bash)"      in ~/.bashrc; bash 4.4 or newer
    zsh    eval "$(vizterm completion zsh)"       in ~/.zshrc, after compinit
    fish   vizterm completion fish > ~/.config/fish/completions/vizterm.fish

    The shell then asks vizterm itself: what it offers is never out of date.
    """  # noqa: D301 - click's mark: don't rewrap
    from click.shell_completion import get_completion_class

    made = get_completion_class(shell)
    assert made is not None
    click.echo(made(context.find_root().command, {}, "vizterm", "_VIZTERM_COMPLETE").source())
