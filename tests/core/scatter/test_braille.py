import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from vizterm_core.scatter.braille import BRAILLE, DOT_BITS, decode_dots, encode_dots, thicken

law = settings(max_examples=60, deadline=None, derandomize=True)
ALL_CODES = np.arange(256, dtype=np.uint8).reshape(8, 32)

sizes = st.tuples(st.integers(0, 5), st.integers(0, 5))
dots = sizes.flatmap(lambda size: hnp.arrays(bool, (4 * size[0], 2 * size[1])))


def test_the_characters_are_unicodes_braille_patterns():
    # Unicode numbers the dots 1-3 and 7 down the left column, 4-6 and 8 down the right one.
    places = {
        1: (0, 0),
        2: (1, 0),
        3: (2, 0),
        4: (0, 1),
        5: (1, 1),
        6: (2, 1),
        7: (3, 0),
        8: (3, 1),
    }
    for number, place in places.items():
        assert DOT_BITS[place] == 1 << (number - 1)
        lit = np.zeros((4, 2), bool)
        lit[place] = True
        assert BRAILLE[encode_dots(lit)[0, 0]] == chr(0x2800 + (1 << (number - 1)))
    assert len(set(BRAILLE)) == 256 and BRAILLE[0] == " " and BRAILLE[255] == "⣿"


def test_every_code_decodes_and_encodes_to_itself():
    decoded = decode_dots(ALL_CODES)
    assert decoded.shape == (32, 64) and decoded.dtype == bool
    assert np.array_equal(encode_dots(decoded), ALL_CODES)


@law
@given(dots)
def test_encoding_loses_nothing(lit):
    codes = encode_dots(lit)
    assert codes.dtype == np.uint8 and codes.shape == (lit.shape[0] // 4, lit.shape[1] // 2)
    assert np.array_equal(decode_dots(codes), lit)


def test_cells_keep_their_places_in_views_of_any_memory_order():
    lit = np.random.default_rng(0).random((16, 20)) < 0.4
    expected = encode_dots(lit)
    assert expected[1, 2] == encode_dots(lit[4:8, 4:6].copy())[0, 0]
    assert np.array_equal(encode_dots(np.asfortranarray(lit)), expected)
    assert np.array_equal(encode_dots(lit[4:, 2:]), expected[1:, 1:])


def test_a_lone_dot_thickens_to_two_by_two_in_its_cell():
    for row in range(4):
        for column in range(2):
            lit = np.zeros((4, 2), bool)
            lit[row, column] = True
            expected = np.zeros((4, 2), bool)
            expected[min(row, 2) : min(row, 2) + 2] = True
            assert np.array_equal(decode_dots(thicken(encode_dots(lit))), expected)


def test_thickening_is_the_union_of_its_dots_and_lights_no_empty_cell():
    single = {1 << bit: int(thicken(np.uint8([[1 << bit]]))[0, 0]) for bit in range(8)}
    expected = [
        np.bitwise_or.reduce([0, *(grown for dot, grown in single.items() if code & dot)])
        for code in range(256)
    ]
    assert thicken(ALL_CODES).ravel().tolist() == expected
    assert expected[0] == 0
