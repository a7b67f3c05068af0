"""Textual's private parts that we rely on: when this fails, Textual has changed, or we have."""

import ast
import importlib
import inspect
import pkgutil
import re
import signal
import textwrap
from functools import cache
from itertools import count
from pathlib import Path

import pytest
import textual
import textual.timer as textual_timer
from packaging.version import Version
from textual._compositor import ChopsUpdate, Compositor, LayoutUpdate
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers import linux_driver
from textual.drivers.linux_driver import LinuxDriver, WriterThread
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.timer import Timer

import vizterm
from vizterm.terminal import textual_private
from vizterm.terminal.textual_private.timers import once

TUI = Path(vizterm.__file__).parent
PRIVATE_ROOM = Path(textual_private.__file__).parent

OVERRIDDEN = {
    App: ("_display", "_end_update", "_handle_exception", "_fatal_error"),
    Screen: ("_screen_resized",),
    LinuxDriver: (
        "_sigcont_application", "_query_in_band_window_resize", "_run_input_thread",
        "_enable_mouse_support", "_disable_mouse_support", "run_input_thread", "send_message",
    ),
    XTermParser: ("parse_mouse_code",),
    ChopsUpdate: ("render_segments",),
    LayoutUpdate: ("render_segments",),
}  # fmt: skip
"""Methods that Textual calls and that are overridden here."""
USED = {
    App: ("_batch_count", "_close_messages_no_wait", "_driver", "_exception"),
    MessagePump: ("_post_message", "_timers"),
    Screen: ("_compositor", "_compositor_refresh"),
    Compositor: ("_dirty_regions", "full_map", "size"),
    Timer: ("_start",),
    LinuxDriver: (
        "_app", "_auto_restart", "_file", "_get_terminal_size", "_key_thread", "_loop", "_mouse",
        "_writer_thread", "attrs_before", "exit_event", "fileno", "process_message",
        "resume_application_mode",
    ),
    WriterThread: ("_queue",),
    XTermParser: ("mouse_pixels", "terminal_pixel_size", "terminal_size", "feed", "tick"),
    ChopsUpdate: ("chops", "spans", "chop_ends"),
    LayoutUpdate: ("strips", "region"),
}  # fmt: skip
"""Attributes and methods, private or undocumented."""


def every(parts):
    return [(owner, name) for owner, names in parts.items() for name in names]


def is_private(name):
    return name.startswith("_") and not name.startswith("__") and name != "_"


def defined_in(tree):
    """Names that classes and functions of a tree define: methods, fields, attributes of self."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif (
            isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Store)
            and isinstance(node.value, ast.Name)
            and node.value.id == "self"
        ):
            yield node.attr


@cache
def names_in(one):
    """Names that the source of a class defines."""
    return frozenset(defined_in(ast.parse(textwrap.dedent(inspect.getsource(one)))))


@cache
def names_of(owner):
    """Names that a class of Textual's, or one that it inherits from, defines."""
    bases = [one for one in owner.__mro__ if one.__module__.startswith("textual.")]
    return frozenset().union(*map(names_in, bases))


def clashes(one):
    """Private names of a class that Textual's classes below it have, too."""
    bases = [base for base in one.__mro__ if base.__module__.startswith("textual.")]
    of_textual = frozenset().union(*map(names_in, bases))
    return {name for name in names_in(one) & of_textual if is_private(name)}


@cache
def source_of_textual():
    root = Path(textual.__file__).parent
    return "\n".join(path.read_text("utf-8") for path in root.rglob("*.py"))


def files(*, private):
    return [
        path for path in sorted(TUI.rglob("*.py")) if path.is_relative_to(PRIVATE_ROOM) == private
    ]


def test_the_driver_sets_handlers_by_the_name_that_is_replaced_outside_the_main_thread():
    assert linux_driver.signal is signal
    assert "signal.signal(signal.SIGWINCH" in inspect.getsource(linux_driver)


def test_the_version_is_one_that_was_checked():
    assert Version("8.2.8") <= Version(textual.__version__) < Version("9")


@pytest.mark.parametrize(("owner", "name"), every(OVERRIDDEN) + every(USED))
def test_textual_has_the_part(owner, name):
    assert name in names_of(owner)


@pytest.mark.parametrize(("owner", "name"), every(OVERRIDDEN))
def test_textual_calls_what_is_overridden(owner, name):
    assert re.search(rf"\.{name}\b(?!\s*=)", source_of_textual())


@pytest.mark.parametrize("path", files(private=True), ids=lambda path: path.name)
def test_every_private_part_in_use_is_listed_here(path):
    tree = ast.parse(path.read_text("utf-8"))
    named = {name for _, name in every(OVERRIDDEN) + every(USED)}
    of_textual = set().union(*map(names_of, {*OVERRIDDEN, *USED}))
    ours = set(defined_in(tree)) - of_textual
    touched = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    defined = {
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
    } & of_textual
    private = {name for name in touched | defined if is_private(name)} - {"_exit"}  # os._exit
    assert private - ours <= named


@pytest.mark.parametrize("path", files(private=False), ids=lambda path: str(path.relative_to(TUI)))
def test_no_other_file_touches_private_parts(path):
    tree = ast.parse(path.read_text("utf-8"))
    ours = set(defined_in(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom | ast.Import):
            module = getattr(node, "module", None) or ""
            names = [module, *(f"{module}.{alias.name}" for alias in node.names)]
            for name in names:
                library, *parts = name.strip(".").split(".")
                assert library not in ("textual", "rich") or not any(map(is_private, parts)), name
        if isinstance(node, ast.Attribute) and is_private(node.attr):
            of_self = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
            of_python = isinstance(node.value, ast.Name) and node.value.id in ("os", "sys")
            assert of_self or of_python or node.attr in ours, f"line {node.lineno}: {node.attr}"


def subclasses_of_textual():
    """Classes of the app that inherit from Textual's, outside the private room."""
    for module in pkgutil.walk_packages(vizterm.__path__, "vizterm."):
        if module.name.endswith("__main__") or module.name.startswith(textual_private.__name__):
            continue
        for _, found in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if found.__module__ == module.name and any(
                base.__module__.startswith("textual.") for base in found.__mro__
            ):
                yield found


class Clashing(MessagePump):
    def __init__(self):
        self._closed = False


def test_no_class_redefines_a_private_part_by_accident():
    assert clashes(Clashing) == {"_closed"}
    found = list(subclasses_of_textual())
    assert len(found) > 20
    assert {one.__name__: clash for one in found if (clash := clashes(one))} == {}


def test_one_shot_timers_go_through_once():
    for path in files(private=False):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute):
                assert node.attr != "set_timer", f"{path}:{node.lineno}: `once` is never lost"


async def test_once_fires_however_late_its_timer_starts(monkeypatch):
    app = App()
    called = []
    async with app.run_test() as pilot:
        # Each look at the clock finds it 2 ms later: another program had the processor.
        now = count(1_000_000)
        monkeypatch.setattr(textual_timer._time, "get_time", lambda: next(now) * 0.002)
        app.set_timer(0.001, lambda: called.append("set_timer"))
        once(app, 0.001, lambda: called.append("once"))
        await pilot.pause(0.1)
    assert called == ["once"], "where Textual's own is called, too, `once` isn't needed any more"
