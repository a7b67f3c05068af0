"""The table of actions."""

from tests.support.embed import make_app, ready

from vizterm.actions import EMBED_ACTIONS, bindings, family, help_groups
from vizterm.embed.side.legend import Legend
from vizterm_core.load import load_embedding


def test_no_key_does_two_things_in_the_same_place():
    for where in ("plot", "legend"):
        actions = [a for a in EMBED_ACTIONS if a.where in (where, "screen") and not a.menu]
        keys = [key for a in actions for key in a.keys]
        shadowed = {key for key in keys if keys.count(key) > 1}
        assert not shadowed


def test_the_keys_of_a_family_are_for_after_its_letter_alone():
    letters = {action.menu for action in EMBED_ACTIONS if action.menu}
    assert letters == {"Q", "S", "Y", ":"}
    opened = {name for a in EMBED_ACTIONS if a.name.startswith("menu(") for name in a.names}
    assert opened == letters
    keys = [key for action in family(EMBED_ACTIONS, "S") for key in action.keys]
    assert len(keys) == len(set(keys)) and "v" in keys
    bound = [binding.action for binding in bindings(EMBED_ACTIONS, "screen")]
    assert "menu('S')" in bound and "select('view')" not in bound


def test_the_help_names_the_letter_before_the_keys_of_a_family():
    lines = dict(help_groups(EMBED_ACTIONS)["Select"])
    assert lines["S v"] == "all in view"
    assert lines["S + − &"] == "before these: add, remove, in common"


async def test_the_embed_screen_carries_out_every_action_of_its_table(digits_path):
    app, screen = make_app(lambda: load_embedding(digits_path))
    async with app.run_test() as pilot:
        await ready(pilot, screen)
        for action in EMBED_ACTIONS:
            name = action.name.partition("(")[0]
            if not name.startswith("app."):
                owner = screen.query_one(Legend) if action.where == "legend" else screen
                assert callable(getattr(owner, f"action_{name}", None)), name
