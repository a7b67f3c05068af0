"""The Textual app: theme, keys, and how frames and pictures reach the terminal."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextvars import copy_context
from functools import partial
from time import monotonic
from typing import Any

from rich.console import RenderableType
from textual import events
from textual.dom import DOMNode
from textual.filter import LineFilter, Monochrome, NoColor
from textual.geometry import Size
from textual.screen import Screen
from textual.timer import Timer
from typing_extensions import override

from vizterm.cells.theme import theme_for
from vizterm.graphics.choose import Graphics
from vizterm.graphics.layer import PictureLayer
from vizterm.graphics.protocols import find_protocol
from vizterm.shell.daemon_executor import DaemonExecutor
from vizterm.shell.hint import COARSE, SECONDS, never_hinted
from vizterm.shell.memory import trim_heap
from vizterm.shell.modal import Modal
from vizterm.shell.palette import Command, PaletteScreen
from vizterm.terminal.facts import Terminal
from vizterm.terminal.link import Link
from vizterm.terminal.textual_private.app import HookedApp
from vizterm.terminal.textual_private.driver import SafeDriver
from vizterm.terminal.textual_private.frames import drawn_size, tight
from vizterm.terminal.textual_private.mouse import PixelMouseDriver

_TIDY_LOOK = 0.1
"""Seconds between checks whether input has paused."""
_TIDY_REST = 0.5
"""Seconds without input before memory is given back, which delays a key by some hundredths of a
second."""
_TIDY_AGAIN = 5.0
"""Least seconds between two times."""


_NEED_NO_DATA = ("q", "ctrl+q", "ctrl+c", "ctrl+z", "ctrl+l")
"""Keys that don't wait for the data."""
_HELP = ("question_mark", "ctrl+p")
"""Keys that don't wait either, unless other keys do: these would then go to the help."""
_NO_COLOUR = NoColor()


class VizApp(HookedApp[int | None]):
    """Shows one screen until it is left.

    Parameters
    ----------
    first_screen : callable
        Makes the screen to begin with, when the app has started.
    terminal : Terminal
        Facts about the terminal.
    graphics : Graphics
        The choice of how pictures are drawn.
    """

    CSS_PATH = "../vizterm.tcss"
    ENABLE_COMMAND_PALETTE = False
    """Textual's own: a click beside it, or leaving while it gathers commands, ended the app."""
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]

    def __init__(
        self, first_screen: Callable[[], Screen[None]], terminal: Terminal, graphics: Graphics
    ) -> None:
        # Pixels mean something only where the window's size in pixels is known, too.
        pixels = terminal.pixel_mouse and terminal.cell is not None and not terminal.asked
        self._variables = theme_for(terminal).variables
        super().__init__(driver_class=PixelMouseDriver if pixels else SafeDriver)
        # Native colours leave the terminal's own background and text colour as they are.  Set
        # before anything is styled; `Terminal.tell_textual` makes it the default already.
        self.theme = terminal.theme
        self.terminal = terminal
        self.look = theme_for(terminal)
        """The styles of everything around the data."""
        self.link = Link(self, answers=terminal.tells_cursor, round_trip=terminal.round_trip)
        protocol = find_protocol(graphics.protocol)
        self.pictures: PictureLayer | None = None
        """Draws pictures in pixels; None where they are drawn in cells."""
        if protocol is not None:
            self.pictures = PictureLayer(self, protocol(), terminal, self.link)
        self.hints = False
        """Whether something would make the pictures sharp, and the person wants to hear of it."""
        self._frame: RenderableType | None = None
        self._drawn_size: Size | None = None
        self._first_screen = first_screen
        self.ended_by: int | None = None
        """The signal that ended the app."""
        self._leave: Callable[[], object] | None = None
        """Ends the app, from any thread; None before it runs."""
        self.tidy: Callable[[], object] = trim_heap
        """Gives free memory back to the system."""
        self._tidy_at = 0.0
        """When `tidy` may be called again."""
        self._tidy_timer: Timer | None = None
        self._key_under_way = False
        self._waiting_keys: deque[events.Key] = deque()
        self._old_hook = threading.excepthook
        self.failure: Exception | None = None
        """The error that ended the app, if one did."""

    @override
    def get_default_screen(self) -> Screen[None]:
        return self._first_screen()

    @override
    def get_theme_variable_defaults(self) -> dict[str, str]:
        return self._variables

    @override
    def get_line_filters(self) -> Sequence[LineFilter]:
        # Textual chose by the theme that it was imported with, perhaps by the calling program;
        # Monochrome fails on text without a style.
        filters = super().get_line_filters()
        return [_NO_COLOUR if isinstance(one, Monochrome) else one for one in filters]

    def _thread_failed(self, arguments: threading.ExceptHookArgs) -> None:
        """Leave because of an exception in one of our threads, without a traceback on screen."""
        if isinstance(arguments.exc_value, Exception):
            self.call_later(self.fail_unexpectedly, arguments.exc_value)

    @override
    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.CursorPosition):
            self.link.answered(event.time)
            return
        if isinstance(event, events.InputEvent):
            self.link.person_acted()
            if self._tidy_timer is not None:
                self._tidy_timer.resume()
        if isinstance(event, events.Resize) and event.size == self._drawn_size:
            # The window had another size meanwhile, and the terminal has cut lines off.
            self.call_later(self._draw_all)
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
        elif self._key_under_way or self._comes_too_early(event):
            self._waiting_keys.append(event)
        else:
            await self._hand_out(event)

    async def _hand_out(self, key: events.Key) -> None:
        """Give a key to the focused widget, and the next one only when it has had its effect.

        A key passes from widget to parent, each with a queue of its own, up to the app, which
        carries out its binding.  Keys can come faster: text typed after "/" would still be
        commands.
        """
        self._key_under_way = True
        target = self.focused or self.screen
        await super().on_event(key)
        self._follow(target)

    def _follow(self, node: DOMNode | None) -> None:
        """Follow a key from queue to queue: each delivers this only after the key."""
        if node is None or node is self or not node.call_later(self._follow, node.parent):
            self.call_later(self._key_had_its_effect)

    async def _key_had_its_effect(self) -> None:
        self._key_under_way = False
        await self.take_keys()

    async def take_keys(self) -> None:
        """Deliver the next key that was kept waiting for another key, or for data."""
        if self._key_under_way:
            return
        for key in self._waiting_keys:
            if not self._comes_too_early(key):
                self._waiting_keys.remove(key)
                await self._hand_out(key)
                return

    def _comes_too_early(self, key: events.Key) -> bool:
        """Return whether a key needs a screen or data that aren't there yet."""
        stack = self.screen_stack
        if not stack:
            return True
        if not getattr(stack[-1], "awaits_data", False):
            return False
        if key.key in _HELP and next(iter(self._waiting_keys), key) is key:
            return False
        finds = any(waiting.key == "slash" for waiting in self._waiting_keys)
        return key.key not in _NEED_NO_DATA or (finds and key.is_printable)

    def on_picture_view_coarse(self) -> None:
        """Say once, where it could be helped, that pictures could be sharper."""
        if self.hints and never_hinted():
            self.notify(COARSE, timeout=SECONDS, markup=False)

    def fail(self, error: Exception) -> None:
        """Leave with an error, which the caller reports."""
        self.failure = error
        self.exit(None)

    def commands(self) -> list[Command]:
        """Return the commands of the palette: the screen's own actions, and leaving."""
        own = getattr(self.screen, "palette_commands", tuple)
        return [*own(), Command("quit", "vizterm", "q", self.action_quit)]

    def action_palette(self) -> None:
        """Open the palette, unless a box is open already."""
        if not isinstance(self.screen, Modal):
            self.push_screen(PaletteScreen(self.commands(), self.look))

    # frames and pictures

    @override
    def before_frame(
        self, screen: Screen[Any], update: RenderableType | None
    ) -> RenderableType | None:
        self._frame = tight(update)
        self._drawn_size = drawn_size(screen)
        return self._frame

    @override
    def behind_frame(self) -> str:
        return "" if self.pictures is None else self.pictures.after_frame(self._frame)

    @override
    def frame_written(self) -> None:
        self.link.frame_written()

    def _clear_pictures(self) -> None:
        if self.pictures is not None:
            self.write(self.pictures.clear())

    def on_mount(self) -> None:
        self._old_hook, threading.excepthook = threading.excepthook, self._thread_failed
        self.app_resume_signal.subscribe(self, self._draw_again)
        loop = asyncio.get_running_loop()
        loop.set_default_executor(DaemonExecutor())
        self._leave = partial(loop.call_soon_threadsafe, self.exit, None, context=copy_context())
        self._tidy_timer = self.set_interval(_TIDY_LOOK, self._tidy, pause=True)
        if self.ended_by is not None:
            self.exit(None)

    def _tidy(self) -> None:
        """Give memory back when input has paused, but not every time."""
        now = monotonic()
        rested = self.link.rest >= _TIDY_REST
        if rested and now >= self._tidy_at and self._tidy_timer is not None:
            self._tidy_at = now + _TIDY_AGAIN
            self._tidy_timer.pause()
            self.tidy()

    def on_unmount(self) -> None:
        threading.excepthook = self._old_hook

    def end_by(self, number: int) -> None:
        """Leave because of a signal, which the caller then lets take effect."""
        self.ended_by = number
        if self._leave is not None:
            self._leave()

    def give_up(self) -> None:
        """Restore the terminal as far as possible without waiting for a stalled link."""
        if self.driver is not None:
            self.driver.give_up()

    def action_redraw(self) -> None:
        """Draw everything again: another program has written over the screen."""
        self._clear_pictures()
        self.write("\x1b[2J")
        self._draw_again()

    @override
    def action_suspend_process(self) -> None:
        if self.driver is not None and self.driver.can_suspend:
            # Before the shell gets the screen: Textual's own signal comes too late.
            self._clear_pictures()
        super().action_suspend_process()

    def _draw_again(self, _: object = None) -> None:
        """Draw everything after another program has had the screen."""
        self.link.forget()
        self._draw_all()

    def _draw_all(self) -> None:
        self.screen.refresh(layout=True)
        self.refresh(layout=True)

    @override
    def exit(
        self,
        result: int | None = None,
        return_code: int = 0,
        message: RenderableType | None = None,
    ) -> None:
        self._clear_pictures()
        super().exit(result, return_code, message)
