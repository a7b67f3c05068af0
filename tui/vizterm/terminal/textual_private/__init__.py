"""The one place that relies on Textual's private parts: 8.2.8 <= Textual < 9.

Whatever begins with an underscore in Textual or Rich is used here and nowhere else.
`tests/tui/terminal/test_textual_private.py` names every part and fails loudly when one changes.
"""
