"""The names that a torch file may use: what each stands for, and nothing beside them.

No name is ever imported.  A function here takes the place of the one that the file names, and
returns plain values.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vizterm_core.files.formats.torch_values import (
    DTYPES,
    UNTYPED,
    DamagedError,
    Global,
    NumpyArray,
    NumpyDtype,
    Pairs,
    RefusedError,
    Storage,
    Tensor,
    is_shape,
    numpy_array,
)

_NUMPY = ("numpy", "numpy.core.multiarray", "numpy._core.multiarray", "numpy.core.numeric",
          "numpy._core.numeric")  # fmt: skip
_PYTHON = ("builtins", "__builtin__")
_REFUSED = {
    "_rebuild_qtensor": "a quantised tensor",
    "_rebuild_sparse_tensor": "a sparse tensor",
    "_rebuild_nested_tensor": "a nested tensor",
}


def find_global(module: str, name: str) -> Global:
    """Return a name that is known.

    Raises
    ------
    RefusedError
        If it isn't.
    """
    if module == "torch._utils" and name in _REFUSED:
        raise RefusedError(_REFUSED[name])
    known = (module, name) in _FUNCTIONS or (module, name) in _TYPES
    if (
        not known
        and not (module == "torch" and name in DTYPES)
        and not _storage_dtype(module, name)
    ):
        raise RefusedError(f"{module}.{name}")
    return Global(module, name)


def called(function: Any, arguments: Any) -> Any:
    """Return what a known function makes of arguments.

    Raises
    ------
    RefusedError, DamagedError
        If it isn't a function, or the arguments aren't what it takes.
    """
    if not isinstance(function, Global) or not isinstance(arguments, tuple):
        raise DamagedError("it calls something that is no function")
    known = _FUNCTIONS.get((function.module, function.name))
    if known is None:
        raise RefusedError(f"a call of {function}")
    try:
        return known(*arguments)
    except (TypeError, ValueError) as error:
        raise DamagedError(f"{function} is called with other values than it takes") from error


def storage(given: Any) -> Storage:
    """Return the storage that a persistent id describes.

    Raises
    ------
    DamagedError
        If it describes none.
    """
    if not isinstance(given, tuple) or len(given) < 5 or given[0] != "storage":
        raise DamagedError("it refers to something that is no storage")
    _, type_, key, _, count = given[:5]
    dtype = _storage_dtype(type_.module, type_.name) if isinstance(type_, Global) else ""
    if not dtype or not isinstance(key, str | int) or type(count) is not int or count < 0:
        raise DamagedError("it refers to a storage that is incomplete")
    view = given[5] if len(given) > 5 else None
    offset = 0
    if view is not None:
        if not isinstance(view, tuple) or len(view) != 3 or not is_shape(view[1:]):
            raise DamagedError("it refers to a storage that is incomplete")
        offset = view[1]
    return Storage(str(key), dtype, count, offset)


def with_state(value: Any, state: Any) -> Any:
    """Return a value once it is given its state, which of most kinds doesn't matter.

    Raises
    ------
    DamagedError, RefusedError
        If it can't have one.
    """
    if isinstance(value, NumpyArray):
        if not isinstance(state, tuple) or len(state) != 5:
            raise DamagedError("a numpy array in it is incomplete")
        _, shape, dtype, fortran_order, content = state
        value.values = numpy_array(shape, dtype, content, fortran_order=bool(fortran_order))
    elif isinstance(value, NumpyDtype):
        order = state[1] if isinstance(state, tuple) and len(state) > 1 else None
        if order not in ("<", ">", "|", "="):
            raise DamagedError("a numpy dtype in it is incomplete")
        value.big_endian = order == ">"
    elif not isinstance(value, Pairs | Tensor):
        raise DamagedError("it gives a state to something that has none")
    return value


def _storage_dtype(module: str, name: str) -> str:
    """The dtype of a class of storages; empty for other classes."""
    if module == "torch.storage" and name == "UntypedStorage":
        return UNTYPED
    if module not in ("torch", "torch.cuda") or not name.endswith("Storage"):
        return ""
    dtype = name.removesuffix("Storage").lower()
    return dtype if dtype in DTYPES else ""


def _tensor(given: Any, dtype: str, offset: Any, shape: Any, strides: Any) -> Tensor:
    if not isinstance(given, Storage) or not is_shape(shape) or not is_shape((offset,)):
        raise DamagedError("a tensor in it is incomplete")
    if not is_shape(strides) or len(strides) != len(shape):
        raise DamagedError("a tensor in it has strides that don't fit its shape")
    return Tensor(given, dtype, offset + given.offset, shape, strides)


def _tensor_2(given: Any, offset: Any, shape: Any, strides: Any, *_: Any) -> Tensor:
    dtype = given.dtype if isinstance(given, Storage) else ""
    if dtype == UNTYPED:
        dtype = "byte"
    return _tensor(given, dtype, offset, shape, strides)


def _tensor_3(given: Any, offset: Any, shape: Any, strides: Any, *rest: Any) -> Tensor:
    _, _, dtype, *_ = rest
    if not isinstance(dtype, Global) or dtype.name not in DTYPES:
        raise RefusedError(f"a tensor of dtype {dtype}"[:80])
    return _tensor(given, dtype.name, offset, shape, strides)


def _of_type(function: Any, type_: Any, arguments: Any, *_: Any) -> Any:
    if not isinstance(type_, Global) or (type_.module, type_.name) not in _TENSOR_TYPES:
        raise RefusedError(f"a tensor of type {type_}"[:80])
    return called(function, arguments)


def _encoded(text: str, encoding: str = "latin1") -> bytes:
    """Bytes as Python 2 and protocol 2 write them: text in Latin-1."""
    if not isinstance(text, str) or encoding not in ("latin1", "latin-1"):
        raise RefusedError(f"text encoded as {encoding}"[:80])
    return text.encode("latin-1")


def _pairs(given: Any = None) -> Pairs:
    # Not a copy: many calls with one long list would take a lot of time and memory.
    if isinstance(given, Pairs):
        return given
    return Pairs(_sequence([] if given is None else given))


def _sides(given: Any = ()) -> tuple[int, ...]:
    if not is_shape(shape := tuple(given) if len(given) <= 32 else ()):
        raise DamagedError("a shape in it is incomplete")
    return shape


def _dtype(name: Any, *_: Any) -> NumpyDtype:
    if not isinstance(name, str):
        raise DamagedError("a numpy dtype in it is incomplete")
    return NumpyDtype(name)


def _scalar(dtype: Any, content: Any = b"") -> Any:
    if isinstance(content, str):
        content = content.encode("latin-1")
    found = numpy_array((1,), dtype, content, fortran_order=False)
    return found.tolist()[0] if not isinstance(found, list) else None


def _from_buffer(content: Any, dtype: Any, shape: Any, order: Any) -> NumpyArray:
    values = numpy_array(shape, dtype, content, fortran_order=order == "F")
    return NumpyArray(values)


def _sequence(given: Any = ()) -> Any:
    if not isinstance(given, list | tuple):
        raise DamagedError("a list in it is incomplete")
    return given


ENCODED = Global("_codecs", "encode")
"""The function whose result is as long as its argument."""

_BUILTINS: dict[str, Callable[..., Any]] = {
    "dict": _pairs,
    "list": _sequence,
    "tuple": _sequence,
    "set": _sequence,
    "frozenset": _sequence,
    "bytearray": lambda given=b"", *_: given,
    "bytes": lambda given=b"", *_: given,
}
_OF_NUMPY: dict[str, Callable[..., Any]] = {
    "_reconstruct": lambda *_: NumpyArray(),
    "dtype": _dtype,
    "scalar": _scalar,
    "_frombuffer": _from_buffer,
}
_FUNCTIONS: dict[tuple[str, str], Callable[..., Any]] = {
    ("collections", "OrderedDict"): _pairs,
    ("torch._utils", "_rebuild_tensor_v2"): _tensor_2,
    ("torch._utils", "_rebuild_tensor_v3"): _tensor_3,
    ("torch._utils", "_rebuild_tensor"): _tensor_2,
    ("torch._utils", "_rebuild_parameter"): lambda tensor, *_: tensor,
    ("torch._utils", "_rebuild_parameter_with_state"): lambda tensor, *_: tensor,
    ("torch._tensor", "_rebuild_from_type_v2"): _of_type,
    ("torch", "Size"): _sides,
    ("torch", "device"): lambda *_: None,
    ("_codecs", "encode"): _encoded,
    **{(module, name): made for module in _PYTHON for name, made in _BUILTINS.items()},
    **{(module, name): made for module in _NUMPY for name, made in _OF_NUMPY.items()},
}
_TENSOR_TYPES = {("torch", "Tensor"), ("torch.nn.parameter", "Parameter")}
_TYPES = {
    *_TENSOR_TYPES,
    *((module, "ndarray") for module in _NUMPY),
    *((module, name) for module in _PYTHON for name in ("int", "float", "str", "bool")),
}
"""Known, and never called."""
