"""Objects that do anything but what one expects of them."""

import numpy as np
import pytest

from vizterm_core.checks import (
    as_array,
    as_choice,
    as_image_shape,
    as_list,
    as_number,
    as_text,
    shown,
)
from vizterm_core.errors import DataError, UsageError


class Hostile:
    def __array__(self, *_, **__):
        raise ZeroDivisionError("no\x1b[31m array")

    def __iter__(self):
        yield 1
        raise RuntimeError("in the midst")

    def __repr__(self):
        raise RuntimeError

    __float__ = __repr__


def test_an_array_is_made_or_it_is_said_why_not():
    array = np.zeros(3)
    assert as_array(array, "X") is array
    with pytest.raises(DataError, match=r"^maps: ragged lists") as ragged:
        as_array([[1, 2], [3]], "maps")
    assert "same shape" in ragged.value.hint
    with pytest.raises(DataError, match=r"^X: a Hostile can't be made an array: ZeroDivisionError"):
        as_array(Hostile(), "X")


def test_running_out_of_memory_is_not_the_objects_fault():
    class Large:
        def __array__(self, *_, **__):
            raise MemoryError

    with pytest.raises(MemoryError):
        as_array(Large(), "X")


def test_lists_text_and_numbers():
    assert as_list(iter("ab"), "names") == ["a", "b"]
    with pytest.raises(DataError, match=r"names: a Hostile can't be iterated over: RuntimeError"):
        as_list(Hostile(), "names")
    assert as_text("a", "title") == "a"
    with pytest.raises(UsageError, match="title: b'a' is not text"):
        as_text(b"a", "title")
    assert as_number(np.float32(0.5), "alpha") == 0.5
    for value in (None, "1", float("nan"), 10**400, 1j, Hostile()):
        with pytest.raises(UsageError, match=r"alpha: .* is not a finite number"):
            as_number(value, "alpha")


@pytest.mark.parametrize(
    "value", ["9x9", (3,), (1, 2, 3, 4), (0, 2), (-1, 2), (2.5, 2), 4, Hostile()]
)
def test_image_shapes(value):
    assert as_image_shape([np.int8(4), 5]) == (4, 5)
    with pytest.raises(UsageError, match=r"image_shape: .* is no shape"):
        as_image_shape(value)


@pytest.mark.parametrize("value", ["c", None, b"a", ["a"], np.array(["a", "b"]), Hostile()])
def test_a_choice_is_one_of_the_names(value):
    assert as_choice("a", ("a", "b"), "norm") == "a"
    with pytest.raises(UsageError, match=r"there is no norm .*; choose from a, b"):
        as_choice(value, ("a", "b"), "norm")


def test_what_is_shown_of_an_object_is_short_and_harmless():
    assert shown("a\x1b") == r"'a\x1b'"
    assert shown(Hostile()) == "a Hostile"
    assert len(shown("a" * 1000)) == 60
