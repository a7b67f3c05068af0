"""The text that a prompt holds, whatever is pasted into it."""

import pytest
from tests.support.session import session
from textual import events
from textual.app import App
from textual.widgets import Input, Label

from vizterm.widgets.find_bar import LONGEST, FindBar, Finder

PROMPT = " find: "


class Finding(App):
    """A find bar, open."""

    def __init__(self):
        super().__init__()
        self.typed = []

    def compose(self):
        yield FindBar()

    def on_mount(self):
        ignore = [].append
        finder = Finder(PROMPT, self.typed.append, ignore, lambda: None)
        self.query_one(FindBar).open(finder)


async def paste(person, text):
    person.app.query_one(Input).post_message(events.Paste(text))
    await person.pilot.pause()


def prompt(app):
    return str(app.query_one("#find-prompt", Label).render())


async def test_what_is_too_long_is_cut_and_that_is_said():
    async with session(Finding(), (80, 5)) as person:
        field = person.app.query_one(Input)
        await person.pilot.press("a")
        await paste(person, "b" * 1_000_000)
        assert field.value == "a" + "b" * (LONGEST - 1)
        assert "cut at 10,000 characters" in prompt(person.app)
        await person.pilot.press("c")
        assert len(field.value) == LONGEST and field.value[-1] == "b"
        assert person.app.typed[-1] == field.value


@pytest.mark.parametrize("pasted", ["one line", "first\nsecond", "", "\n"])
async def test_a_paste_is_its_first_line_with_not_a_word_about_it(pasted):
    async with session(Finding(), (80, 5)) as person:
        await paste(person, pasted)
        assert person.app.query_one(Input).value == pasted.partition("\n")[0]
        assert prompt(person.app) == PROMPT


async def test_a_paste_takes_the_place_of_what_is_selected():
    async with session(Finding(), (80, 5)) as person:
        field = person.app.query_one(Input)
        await paste(person, "a" * LONGEST)
        field.action_select_all()
        await paste(person, "b" * LONGEST)
        assert field.value == "b" * LONGEST
        assert prompt(person.app) == PROMPT


async def test_the_next_prompt_begins_anew():
    async with session(Finding(), (80, 5)) as person:
        await paste(person, "b" * 20_000)
        person.app.on_mount()
        await person.pilot.pause()
        assert person.app.query_one(Input).value == ""
        assert prompt(person.app) == PROMPT
