"""The Textual app: theme, styles, and how frames reach the terminal."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Iterable
from contextvars import copy_context
from functools import partial
from time import monotonic

from rich.console import RenderableType
from textual import events
from textual.app import App, SystemCommand
from textual.geometry import Size
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.timer import Timer
from textual.worker import WorkerFailed
from typing_extensions import override

from vizterm.graphics.choose import Graphics
from vizterm.graphics.layer import PictureLayer
from vizterm.graphics.protocols import find_protocol
from vizterm.shell.daemon_executor import DaemonExecutor
from vizterm.shell.memory import trim_heap
from vizterm.terminal.driver import SafeDriver
from vizterm.terminal.facts import Terminal
from vizterm.terminal.link import Link
from vizterm.terminal.mouse import PixelMouseDriver
from vizterm.terminal.textual_private import drawn_size, keep_for_later, tight

_TIDY_LOOK = 0.1
"""Seconds between looks whether somebody has come to rest."""
_TIDY_REST = 0.5
"""Seconds of rest: a key is kept waiting for as long as it takes, some hundredths of a second."""
_TIDY_AGAIN = 5.0
"""Seconds between the times that memory is given back."""


_NEED_NO_DATA = ("q", "ctrl+q", "ctrl+c", "ctrl+z", "ctrl+l")
"""Keys that don't wait until the data are there."""
_HELP = ("question_mark", "ctrl+p")
"""Keys that don't either where no other key waits, which would be for the help then."""


class VizApp(App[int | None]):
    """Shows one screen until it is left.

    Parameters
    ----------
    first_screen : callable
        Makes the screen to begin with, when the app has started.
    terminal : Terminal
        What is known of the terminal.
    graphics : Graphics
        How pictures are drawn.
    """

    CSS_PATH = "../vizterm.tcss"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]

    def __init__(
        self, first_screen: Callable[[], Screen[None]], terminal: Terminal, graphics: Graphics
    ) -> None:
        # Pixels mean something only where the window's size in pixels is known, too.
        pixels = terminal.pixel_mouse and terminal.cell_pixels is not None and not terminal.asked
        super().__init__(driver_class=PixelMouseDriver if pixels else SafeDriver)
        # Native colours leave the terminal's own background and text colour as they are.  Set
        # before anything is styled; `Terminal.tell_textual` makes it the default already.
        self.theme = terminal.theme
        self.terminal = terminal
        self.link = Link(self, answers=terminal.tells_cursor, round_trip=terminal.round_trip)
        protocol = find_protocol(graphics.protocol)
        self.pictures: PictureLayer | None = None
        """Draws pictures in pixels; None where they are drawn in cells."""
        if protocol is not None:
            self.pictures = PictureLayer(self, protocol(), terminal, self.link)
        self._frame: RenderableType | None = None
        self._drawn_size: Size | None = None
        self._first_screen = first_screen
        self.ended_by: int | None = None
        """The signal that ended the app."""
        self._leave: Callable[[], object] | None = None
        """Ends the app, from anywhere; None while it doesn't run yet."""
        self.tidy: Callable[[], object] = trim_heap
        """Gives free memory back."""
        self._tidy_at = 0.0
        """When it may be called again."""
        self._tidy_timer: Timer | None = None
        self._key_under_way = False
        self._waiting_keys: deque[events.Key] = deque()
        self._old_hook = threading.excepthook
        self.failure: Exception | None = None
        """Why the app ended, if it could not go on."""

    @override
    def get_default_screen(self) -> Screen[None]:
        return self._first_screen()

    @override
    def _handle_exception(self, error: Exception) -> None:
        # Of a worker that failed, what it failed with.
        cause = error.error if isinstance(error, WorkerFailed) else error
        super()._handle_exception(cause if isinstance(cause, Exception) else error)

    @override
    def _fatal_error(self) -> None:
        # A traceback with the values of variables is nothing for a screen: `crash.report` logs it.
        self._close_messages_no_wait()

    def _thread_failed(self, arguments: threading.ExceptHookArgs) -> None:
        """An exception that a thread of ours has let through: no traceback over the screen."""
        if isinstance(arguments.exc_value, Exception):
            self.call_later(self._handle_exception, arguments.exc_value)

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
            # It has had another size meanwhile, for which its terminal has cut lines off.
            self.call_later(self._draw_all)
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
        elif self._key_under_way or self._comes_too_early(event):
            self._waiting_keys.append(event)
        else:
            await self._hand_out(event)

    async def _hand_out(self, key: events.Key) -> None:
        """Give a key to the focused widget, and the next one only when this has had its effect.

        A key passes from widget to parent, each with a queue of its own, up to the app, which
        carries out its binding.  Keys come faster than that: what is typed after "/" would still
        be commands.
        """
        self._key_under_way = True
        target = self.focused or self.screen
        await super().on_event(key)
        self._follow(target)

    def _follow(self, node: MessagePump | None) -> None:
        """Climb behind a key: each queue lets this through only after the key."""
        if node is None or node is self or not node.call_later(self._follow, node._parent):
            self.call_later(self._key_had_its_effect)

    async def _key_had_its_effect(self) -> None:
        self._key_under_way = False
        await self.take_keys()

    async def take_keys(self) -> None:
        """Go on with the keys that were kept waiting: for another one, or for data."""
        if self._key_under_way:
            return
        for key in self._waiting_keys:
            if not self._comes_too_early(key):
                self._waiting_keys.remove(key)
                await self._hand_out(key)
                return

    def _comes_too_early(self, key: events.Key) -> bool:
        """Whether a key is for what isn't there yet: the screen, or its data."""
        stack = self.screen_stack
        if not stack:
            return True
        if not getattr(stack[-1], "awaits_data", False):
            return False
        if key.key in _HELP and next(iter(self._waiting_keys), key) is key:
            return False
        finds = any(waiting.key == "slash" for waiting in self._waiting_keys)
        return key.key not in _NEED_NO_DATA or (finds and key.is_printable)

    def fail(self, error: Exception) -> None:
        """Leave, and let the caller say why."""
        self.failure = error
        self.exit(None)

    @override
    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """What the command palette offers: the screen's own actions."""
        commands = getattr(screen, "palette_commands", None)
        if commands is not None:
            yield from commands()
        yield SystemCommand("quit", "leave vizterm", self.action_quit)

    # ------------------------------------------------------------------ frames, and pictures
    @override
    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        if self._batch_count and renderable is not None:
            keep_for_later(screen, renderable)
            return
        self._frame = tight(renderable)
        self._drawn_size = drawn_size(screen)
        super()._display(screen, self._frame)
        self.link.frame_written()

    @override
    def _end_update(self) -> None:
        # Behind the frame's text and before the terminal shows it.
        if self._driver is not None and self.pictures is not None:
            self._driver.write(self.pictures.after_frame(self._frame))
        super()._end_update()

    def _clear_pictures(self) -> None:
        if self._driver is not None and self.pictures is not None:
            self._driver.write(self.pictures.clear())

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
        """Give memory back when nobody moves, but not each time."""
        now = monotonic()
        rested = self.link.rest >= _TIDY_REST
        if rested and now >= self._tidy_at and self._tidy_timer is not None:
            self._tidy_at = now + _TIDY_AGAIN
            self._tidy_timer.pause()
            self.tidy()

    def on_unmount(self) -> None:
        threading.excepthook = self._old_hook

    def end_by(self, number: int) -> None:
        """Put the terminal back first; the caller then lets the signal have its way."""
        self.ended_by = number
        if self._leave is not None:
            self._leave()

    def give_up(self) -> None:
        """Put the terminal back as well as it can be done at once: a stalled link keeps nobody."""
        if isinstance(self._driver, SafeDriver):
            self._driver.give_up()

    def action_redraw(self) -> None:
        """Another program has written over the screen."""
        self._clear_pictures()
        if self._driver is not None:
            self._driver.write("\x1b[2J")
        self._draw_again()

    @override
    def action_suspend_process(self) -> None:
        if self._driver is not None and self._driver.can_suspend:
            # Before the shell has the screen: Textual's own signal comes too late.
            self._clear_pictures()
        super().action_suspend_process()

    def _draw_again(self, _: object = None) -> None:
        """Another program has had the screen meanwhile."""
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
