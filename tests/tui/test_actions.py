"""The table of actions."""

from vizterm.actions import EMBED_ACTIONS, bindings, family, help_groups


def test_no_key_does_two_things_in_the_same_place():
    for where in ("plot", "legend"):
        actions = [a for a in EMBED_ACTIONS if a.where in (where, "screen") and not a.menu]
        keys = [key for a in actions for key in a.keys]
        shadowed = {key for key in keys if keys.count(key) > 1}
        assert not shadowed


def test_the_keys_of_a_family_are_for_after_its_letter_alone():
    letters = {action.menu for action in EMBED_ACTIONS if action.menu}
    assert letters == {"S", "Y"}
    opened = {key for a in EMBED_ACTIONS if a.name.startswith("menu(") for key in a.keys}
    assert opened == letters
    keys = [key for action in family(EMBED_ACTIONS, "S") for key in action.keys]
    assert len(keys) == len(set(keys)) and "v" in keys
    bound = [binding.action for binding in bindings(EMBED_ACTIONS, "screen")]
    assert "menu('S')" in bound and "select('view')" not in bound


def test_the_help_names_the_letter_before_the_keys_of_a_family():
    lines = dict(help_groups(EMBED_ACTIONS)["Select"])
    assert lines["S v"] == "all in view"
    assert lines["S + − &"] == "before these: add, remove, in common"
