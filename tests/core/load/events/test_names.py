from vizterm_core.load.events.names import plain_name, quoted


def test_names_are_compared_without_case_units_and_punctuation():
    assert {plain_name(name) for name in ("pageX", " Page_X ", "page-x (px)", "PAGE X [px]")} == {
        "pagex"
    }
    assert plain_name("") == plain_name("(x)") == ""


def test_values_in_messages_are_short_and_harmless():
    assert quoted("  12\x1b[2J ") == "'12␛[2J'"
    assert quoted(None) == "'None'"
    assert len(quoted("x" * 1000)) < 50


def test_a_hostile_name_takes_no_longer_than_its_length():
    # By the square of its length it would take minutes.
    assert plain_name("[" * 1_000_000 + "x(" * 3 + "y") == "xxxy"
