"""An interpreter of the opcodes in a torch file, which makes plain values and runs nothing.

It isn't `pickle`: names are looked up in a list of known ones (`torch_names`), never imported, and
what they would call is replaced.  An opcode that isn't needed for tensors, numbers, text, lists
and dicts is refused.

Source: the opcodes' description in CPython's `pickletools`.
"""

from __future__ import annotations

import pickletools
from collections.abc import Callable
from io import BytesIO
from typing import Any

from vizterm_core.files.formats.torch_names import (
    ENCODED,
    called,
    find_global,
    storage,
    with_state,
)
from vizterm_core.files.formats.torch_values import (
    DamagedError,
    Global,
    NumpyArray,
    Pairs,
    RefusedError,
    Storage,
)

_MOST_STEPS = 5_000_000
_MOST_ENCODED = 256 << 20
"""Bytes of text that is turned into bytes, all together."""
_DAMAGE = (
    ValueError, IndexError, KeyError, TypeError, AttributeError, EOFError, OverflowError,
    UnicodeError, MemoryError, AssertionError,
)  # fmt: skip
"""Raised by `genops` for opcodes cut short or unknown, and by the stack when it is empty."""


def plain_values(stream: BytesIO, storages: dict[str, Storage] | None = None) -> Any:
    """Return what a pickle describes, and leave the stream behind its end.

    Parameters
    ----------
    stream : BytesIO
    storages : dict of str to Storage, optional
        Filled with the storages that it refers to.

    Returns
    -------
    object
        `Tensor`, `NumpyArray`, `Pairs`, list, tuple, str, bytes, int, float, bool or None.

    Raises
    ------
    RefusedError
        If it asks for anything else.
    DamagedError
        If it is cut short, too long, or contradicts itself.
    """
    machine = _Machine({} if storages is None else storages)
    try:
        for step, (opcode, argument, _) in enumerate(pickletools.genops(stream)):
            if step > _MOST_STEPS:
                raise DamagedError(f"it has more than {_MOST_STEPS:,} steps")
            if opcode.name == "STOP":
                return machine.stack.pop()
            machine.do(opcode.name, argument)
    except _DAMAGE as error:
        raise DamagedError("its pickle is cut short, or no pickle") from error
    raise DamagedError("its pickle is cut short")


_AS_GIVEN = frozenset(
    {
        *("INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT"),
        *("STRING", "BINSTRING", "SHORT_BINSTRING", "UNICODE", "BINUNICODE", "SHORT_BINUNICODE"),
        *("BINUNICODE8", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8"),
    }
)
_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_PASSED_OVER = frozenset({"PROTO", "FRAME"})
_LARGEST_MEMO = 1 << 31


class _Machine:
    """Stack and memo."""

    def __init__(self, storages: dict[str, Storage]) -> None:
        self._storages = storages
        self.stack: list[Any] = []
        self._marked: list[list[Any]] = []
        """Stacks below each mark."""
        self._memo: dict[int, Any] = {}
        self._encoded = 0
        self._steps: dict[str, Callable[[Any], None]] = {
            "MARK": self._mark,
            "POP": self._pop,
            "POP_MARK": self._pop_mark,
            "DUP": lambda _: self.stack.append(self.stack[-1]),
            "BYTEARRAY8": lambda content: self.stack.append(bytes(content)),
            "EMPTY_LIST": lambda _: self.stack.append([]),
            "EMPTY_SET": lambda _: self.stack.append([]),
            "EMPTY_TUPLE": lambda _: self.stack.append(()),
            "EMPTY_DICT": lambda _: self.stack.append(Pairs()),
            "LIST": lambda _: self._push(self._since_mark()),
            "FROZENSET": lambda _: self._push(self._since_mark()),
            "TUPLE": lambda _: self._push(tuple(self._since_mark())),
            "TUPLE1": lambda _: self._tuple(1),
            "TUPLE2": lambda _: self._tuple(2),
            "TUPLE3": lambda _: self._tuple(3),
            "DICT": self._dict,
            "APPEND": self._append,
            "APPENDS": self._appends,
            "ADDITEMS": self._appends,
            "SETITEM": self._set_item,
            "SETITEMS": self._set_items,
            "GLOBAL": lambda names: self.stack.append(find_global(*names.split(" ", 1))),
            "STACK_GLOBAL": self._stack_global,
            "REDUCE": self._reduce,
            "NEWOBJ": self._reduce,
            "BUILD": self._build,
            "BINPERSID": self._persistent,
            "MEMOIZE": lambda _: self._put(len(self._memo)),
            **dict.fromkeys(("PUT", "BINPUT", "LONG_BINPUT"), self._put),
            **dict.fromkeys(("GET", "BINGET", "LONG_BINGET"), self._get),
        }

    def do(self, name: str, argument: Any) -> None:
        """Carry out an opcode.

        Raises
        ------
        RefusedError
            If it is none of those that are needed here.
        """
        if name in _AS_GIVEN:
            self.stack.append(argument)
        elif name in _CONSTANTS:
            self.stack.append(_CONSTANTS[name])
        elif name in self._steps:
            self._steps[name](argument)
        elif name not in _PASSED_OVER:
            raise RefusedError(f"the opcode {name}")

    def _mark(self, _: Any) -> None:
        self._marked.append(self.stack)
        self.stack = []

    def _push(self, value: Any) -> None:
        self.stack.append(value)

    def _pop_mark(self, _: Any) -> None:
        self._since_mark()

    def _since_mark(self) -> list[Any]:
        values, self.stack = self.stack, self._marked.pop()
        return values

    def _pop(self, _: Any) -> None:
        if self.stack:
            self.stack.pop()
        else:
            self._since_mark()

    def _tuple(self, count: int) -> None:
        values = self.stack[-count:]
        if len(values) < count:
            raise DamagedError("its pickle takes more from the stack than there is")
        self.stack[-count:] = [tuple(values)]

    def _dict(self, _: Any) -> None:
        values = self._since_mark()
        self._push(Pairs(list(zip(values[::2], values[1::2], strict=True))))

    def _append(self, _: Any) -> None:
        value = self.stack.pop()
        self._list().append(value)

    def _appends(self, _: Any) -> None:
        values = self._since_mark()
        self._list().extend(values)

    def _list(self) -> list[Any]:
        found = self.stack[-1]
        if not isinstance(found, list):
            raise DamagedError("it appends to something that is no list")
        return found

    def _set_item(self, _: Any) -> None:
        value, key = self.stack.pop(), self.stack.pop()
        self._pairs().append((key, value))

    def _set_items(self, _: Any) -> None:
        values = self._since_mark()
        self._pairs().extend(zip(values[::2], values[1::2], strict=True))

    def _pairs(self) -> list[Any]:
        found = self.stack[-1]
        if not isinstance(found, Pairs) or not isinstance(found.items, list):
            raise DamagedError("it sets an item of something that is no dict")
        return found.items

    def _stack_global(self, _: Any) -> None:
        name, module = self.stack.pop(), self.stack.pop()
        if not isinstance(name, str) or not isinstance(module, str):
            raise DamagedError("a name in it is no text")
        self.stack.append(find_global(module, name))

    def _reduce(self, _: Any) -> None:
        arguments, function = self.stack.pop(), self.stack.pop()
        if isinstance(function, Global) and function == ENCODED and arguments:
            self._encoded += len(arguments[0])
            if self._encoded > _MOST_ENCODED:
                raise DamagedError("it turns too much text into bytes")
        self.stack.append(called(function, arguments))

    def _build(self, _: Any) -> None:
        state = self.stack.pop()
        self.stack[-1] = with_state(self.stack[-1], state)

    def _persistent(self, _: Any) -> None:
        found = storage(self.stack.pop())
        self._storages[found.key] = found
        self.stack.append(found)

    def _put(self, place: int) -> None:
        if not 0 <= place < _LARGEST_MEMO:
            raise DamagedError("its memo is too large")
        self._memo[place] = self.stack[-1]

    def _get(self, place: int) -> None:
        self.stack.append(self._memo[place])


def finished(value: Any) -> Any:
    """Return an array instead of what stands for it while it is made."""
    return value.values if isinstance(value, NumpyArray) else value
