"""What Python gets from the screen."""

from tests.support.terminal_rig import Rig

from vizterm.embed.result import EmbedResult


def test_python_gets_the_rows_that_were_pinned_and_selected(tmp_path):
    script = tmp_path / "session.py"
    script.write_text(
        "import numpy as np, vizterm\n"
        "rng = np.random.default_rng(0)\n"
        "result = vizterm.embed(rng.random((20, 2)), rng.integers(0, 4, 20))\n"
        "print('rows', result.pinned, result.selected.tolist(), result)\n"
    )
    with Rig([str(script)], module=None) as rig:
        rig.wait_for_text(" 1× ")
        rig.type(b"13g\r4g 2g ")
        rig.wait_for_text("2 selected")
        rig.type(b"q")
        assert rig.wait_for_exit() == 0
        assert "rows 13 [2, 4] <row 13 pinned, 2 selected" in rig.text


def test_a_notebook_says_nothing_of_a_frame_on_which_nothing_was_chosen(capsys):
    EmbedResult()._ipython_display_()
    assert capsys.readouterr().out == ""
    EmbedResult(3)._ipython_display_()
    assert capsys.readouterr().out == "<row 3 pinned, nothing selected>\n"
    assert EmbedResult().selected.tolist() == []
