"""A file for each group: safe names, none of them twice."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vizterm.heat.group_files import group_paths, has_place
from vizterm_core.errors import UsageError


def names(*groups):
    return [path.name for path in group_paths(Path("maps/{group}.png"), groups)]


def test_names_are_kept_as_far_as_they_are_safe():
    assert names("left", "Zoë 3", "../etc/passwd", "a:b", "..") == [
        "left.png", "Zoë 3.png", "__etc_passwd.png", "a_b.png", "_.png",
    ]  # fmt: skip
    assert names("user 1")[0] == "user 1.png" and group_paths(Path("{group}.svg"), ["a"]) == [
        Path("a.svg")
    ]


def test_two_groups_never_share_a_file():
    assert names("a/b", "a:b", "A_B", "a_b-2") == [
        "a_b.png",
        "a_b-2.png",
        "A_B-3.png",
        "a_b-2-2.png",
    ]


def test_the_place_is_in_the_name():
    assert has_place(Path("a/{group}.png")) and not has_place(Path("a/group.png"))
    with pytest.raises(UsageError, match=r"^--output .*: \{group\} has to be in the file's name"):
        group_paths(Path("{group}/map.png"), ["a"])


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.text(max_size=200), unique=True, max_size=8))
def test_any_names_make_different_files_of_one_folder(groups):
    paths = group_paths(Path("maps/{group}.png"), groups)
    assert len({str(path).casefold() for path in paths}) == len(groups)
    for path in paths:
        assert path.parent == Path("maps") and len(path.name.encode()) < 200
        assert "\0" not in path.name and not path.name.startswith(".")
