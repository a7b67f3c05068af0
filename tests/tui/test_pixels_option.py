"""--pixels beside --dots, from flags, variables and settings."""

import click
import pytest
from click.testing import CliRunner

from vizterm.commands.options import dots_option


@pytest.mark.parametrize(
    ("words", "environ", "way"),
    [
        ([], {}, "braille"),
        (["--pixels"], {}, "pixels"),
        (["--pixels", "--dots", "blocks"], {}, "pixels"),
        (["--dots", "blocks"], {"VIZTERM_PIXELS": "1"}, "blocks"),
        (["--pixels"], {"VIZTERM_DOTS": "blocks"}, "pixels"),
        (["--no-pixels"], {"VIZTERM_DOTS": "pixels"}, "braille"),
        (["--no-pixels", "--dots", "blocks"], {}, "blocks"),
        ([], {"VIZTERM_PIXELS": "1"}, "pixels"),
    ],
)
def test_pixels_are_a_way_to_draw_dots_too(words, environ, way, monkeypatch):
    got = []
    command = click.command()(dots_option(lambda dots: got.append(dots)))
    done = CliRunner().invoke(command, words, env=environ)
    assert done.exit_code == 0, done.output
    assert got == [way]
