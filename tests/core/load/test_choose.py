"""The chooser that embeddings, heat and overlays share."""

import numpy as np
import pytest

from vizterm_core.errors import DataError, UsageError
from vizterm_core.files.source import ArraySource
from vizterm_core.load.choose import asked_for, listed, named, naming, only_one, skipped_notes


def source(*names, title="data.npz"):
    return ArraySource({name: np.zeros(3) for name in names}, title)


def test_a_key_given_by_hand_is_found_or_refused_with_the_list():
    data = source("a", "b")
    assert asked_for(data, "--key", "b") is data.columns["b"]
    with pytest.raises(UsageError) as caught:
        asked_for(data, "--key", "c\x1b")
    assert caught.value.message == (
        "--key c␛: no such array; the file has a (3,) float64, b (3,) float64"
    )
    with pytest.raises(UsageError, match="the file has no arrays"):
        asked_for(source(), "--key", "a")


def test_known_names_are_found_in_their_own_order_but_for_those_taken():
    data = source("c", "b", "a")
    assert [spec.name for spec in named(data, ("a", "x", "c"))] == ["a", "c"]
    assert [spec.name for spec in named(data, ("a", "x", "c"), taken=("a",))] == ["c"]


def test_one_candidate_is_chosen_none_is_none_and_several_are_refused():
    specs = list(source("a", "b").columns.values())
    assert only_one(specs[:1], "heat", "") is specs[0]
    assert only_one([], "heat", "") is None
    with pytest.raises(DataError) as caught:
        only_one(specs, "heat", "choose with --key KEY")
    assert caught.value.message == (
        "more than one array could be the heat: a (3,) float64, b (3,) float64"
    )
    assert caught.value.hint == "choose with --key KEY"


def test_long_lists_are_cut_off():
    text = listed(source(*(f"n{k}" for k in range(15))).columns.values())
    assert text.count(",)") == 12 and text.endswith(" and 3 more")
    assert listed([]) == ""


@pytest.mark.parametrize("kind", [DataError, UsageError])
def test_errors_name_the_source_and_what_was_skipped(kind):
    data = source("a")
    data.skipped.update({f"b{k}": "damaged" for k in range(5)})
    with pytest.raises(kind) as caught, naming(data):
        raise kind("no grid", "save one")
    assert type(caught.value) is kind and caught.value.hint == "save one"
    assert caught.value.message == (
        "data.npz: no grid; 'b0' is damaged; 'b1' is damaged; 'b2' is damaged; 2 more are skipped"
    )
    assert skipped_notes(data)[4] == "b4 skipped: damaged"
    with pytest.raises(kind, match=r"^no grid; save one$"), naming(source("a", title="")):
        raise kind("no grid", "save one")
