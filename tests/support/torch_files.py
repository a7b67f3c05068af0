"""Files as `torch.save` writes them, made byte by byte without torch."""

import io
import struct
import zipfile
from dataclasses import dataclass, field

import numpy as np

STORAGES = {
    "float64": "DoubleStorage", "float32": "FloatStorage", "float16": "HalfStorage",
    "int64": "LongStorage", "int32": "IntStorage", "int16": "ShortStorage", "int8": "CharStorage",
    "uint8": "ByteStorage", "bool": "BoolStorage",
}  # fmt: skip
LEGACY = (0x1950A86A20F9469CFC6C, 1001)


@dataclass(frozen=True)
class Name:
    module: str
    name: str


@dataclass(frozen=True)
class Call:
    function: Name
    arguments: tuple
    state: object = None


@dataclass(frozen=True)
class Storage:
    """Numbers that lie in a member of their own; bfloat16 as uint16 of that class."""

    key: str
    numbers: np.ndarray = field(compare=False)
    type: str = ""
    device: str = "cpu"

    @property
    def name(self):
        return Name("torch", self.type or STORAGES[self.numbers.dtype.newbyteorder("=").name])


ORDERED = Call(Name("collections", "OrderedDict"), ())


def tensor(storage, shape, strides=None, offset=0):
    """A tensor as its pickle describes it; strides of a contiguous one."""
    if strides is None:
        strides = tuple(int(np.prod(shape[axis + 1 :])) for axis in range(len(shape)))
    name = Name("torch._utils", "_rebuild_tensor_v2")
    return Call(name, (storage, offset, tuple(shape), strides, False, ORDERED))


def of_array(array, key="0"):
    """A contiguous tensor with a storage of its own."""
    return tensor(Storage(key, np.ascontiguousarray(array).ravel()), array.shape)


def opcodes(value, *, legacy=False):
    """The pickle opcodes of a value, without beginning and end."""
    inner = [opcodes(one, legacy=legacy) for one in _parts(value)]
    frames = {tuple: (b"(", b"t"), list: (b"](", b"e"), dict: (b"}(", b"u")}
    if type(value) in frames:
        before, after = frames[type(value)]
        return before + b"".join(inner) + after
    if isinstance(value, Name):
        return f"c{value.module}\n{value.name}\n".encode()
    if isinstance(value, Storage):
        told = ("storage", value.name, value.key, value.device, len(value.numbers))
        return opcodes((*told, None) if legacy else told) + b"Q"
    if isinstance(value, Call):
        built = b"" if value.state is None else opcodes(value.state, legacy=legacy) + b"b"
        return inner[0] + inner[1] + b"R" + built
    return _plain(value)


def _plain(value):
    if value is None or isinstance(value, bool):
        return {None: b"N", True: b"\x88", False: b"\x89"}[value]
    if isinstance(value, int):
        content = value.to_bytes(16, "little", signed=True)
        return b"J" + struct.pack("<i", value) if abs(value) < 1 << 31 else b"\x8a\x10" + content
    if isinstance(value, float):
        return b"G" + struct.pack(">d", value)
    content = value.encode() if isinstance(value, str) else value
    return (b"X" if isinstance(value, str) else b"B") + struct.pack("<I", len(content)) + content


def _parts(value):
    if isinstance(value, tuple | list):
        return value
    if isinstance(value, dict):
        return [one for pair in value.items() for one in pair]
    return [value.function, value.arguments] if isinstance(value, Call) else []


def storages(value):
    """All storages in a value, each once."""
    found = [value] if isinstance(value, Storage) else []
    for part in _parts(value):
        found += storages(part)
    return list(dict.fromkeys(found))


def pickled(value, *, legacy=False):
    return b"\x80\x02" + opcodes(value, legacy=legacy) + b"."


def zipped(path, value, *, folder="archive", byteorder="little", content=None, extra=None):
    """Write a file as torch does since version 1.6."""
    members = {f"{folder}/data.pkl": pickled(value) if content is None else content}
    members |= {f"{folder}/byteorder": byteorder.encode(), f"{folder}/version": b"3\n"}
    for storage in storages(value):
        members[f"{folder}/data/{storage.key}"] = storage.numbers.tobytes()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in (members | (extra or {})).items():
            archive.writestr(name, data)
    return path


def legacy(path, value):
    """Write a file as torch did before version 1.6."""
    file = io.BytesIO()
    file.write(b"\x80\x02\x8a\x0a" + LEGACY[0].to_bytes(10, "little") + b".")
    file.write(pickled(LEGACY[1]))
    file.write(pickled({"protocol_version": 1001, "little_endian": True, "type_sizes": {}}))
    file.write(pickled(value, legacy=True))
    file.write(pickled([storage.key for storage in storages(value)]))
    for storage in storages(value):
        file.write(struct.pack("<q", len(storage.numbers)) + storage.numbers.tobytes())
    path.write_bytes(file.getvalue())
    return path


def numpy_value(array):
    """A numpy array as numpy itself pickles it."""
    dtype = Call(
        Name("numpy", "dtype"),
        (array.dtype.str[1:], False, True),
        (3, array.dtype.str[0], None, None, None, -1, -1, 0),
    )
    made = Name("numpy._core.multiarray", "_reconstruct")
    arguments = (Name("numpy", "ndarray"), (0,), b"b")
    return Call(made, arguments, (1, array.shape, dtype, False, array.tobytes()))
