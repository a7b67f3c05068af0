"""The text of an error is harmless, whatever is quoted in it."""

import traceback

from vizterm_core.errors import DataError

NASTY = "a\x1b[31m\x9b1m\u202eb\x07\n"


def test_what_is_quoted_in_an_error_cannot_act_on_a_terminal():
    error = DataError(f"column {NASTY}", f"choose {NASTY}")
    printed = "".join(traceback.format_exception_only(error))
    assert printed.removesuffix("\n").isprintable()
    assert str(error) == "column a␛[31m�1m�b␇␊; choose a␛[31m�1m�b␇␊"
    assert error.message.startswith("column a␛") and error.hint.startswith("choose a␛")


def test_an_error_is_never_endless():
    assert len(str(DataError("a" * 10**6))) == 2000
