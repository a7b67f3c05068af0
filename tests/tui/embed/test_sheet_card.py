"""Cards of a contact sheet: names and values where there is no picture."""

from rich.style import Style

from vizterm.cells.theme import theme_for
from vizterm.embed.sheet.card import card_lines
from vizterm.embed.sheet.tile import Card
from vizterm.terminal.facts import Terminal


def texts(card, width, height):
    lines = card_lines(card, width, height, Style(), theme_for(Terminal()))
    return ["".join(part.text for part in line).rstrip() for line in lines]


def test_a_long_name_keeps_what_tells_it_apart():
    first = texts(Card("runs/2024/experiment_00016.json"), 20, 2)
    other = texts(Card("runs/2024/experiment_00017.json"), 20, 2)
    assert first != other and len(first) == 2


def test_a_name_that_fits_stands_whole_above_its_facts():
    assert texts(Card("a name of words", ("loss 1.5",)), 12, 4) == [
        "▎ a name of",
        "▎ words",
        "▎ loss 1.5",
        "▎",
    ]
