"""The table of actions."""

from vizterm.actions import EMBED_ACTIONS


def test_no_key_does_two_things_in_the_same_place():
    for where in ("plot", "legend"):
        keys = [key for a in EMBED_ACTIONS if a.where in (where, "screen") for key in a.keys]
        shadowed = {key for key in keys if keys.count(key) > 1}
        assert not shadowed
