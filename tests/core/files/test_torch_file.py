"""Files of torch: tensors with the right values, and nothing that is run."""

import pickle
import struct
import zipfile

import numpy as np
import pytest
from tests.support.torch_files import (
    Call,
    Name,
    Storage,
    legacy,
    numpy_value,
    of_array,
    pickled,
    tensor,
    zipped,
)

from vizterm_core.errors import DataError
from vizterm_core.files.formats import open_source
from vizterm_core.files.source import Access, Form

NUMBERS = np.arange(24, dtype=np.float32).reshape(6, 4) / 7


@pytest.fixture(params=[zipped, legacy], ids=["zip", "legacy"])
def save(request, tmp_path):
    return lambda value, name="out.pt": request.param(tmp_path / name, value)


@pytest.mark.parametrize(
    "dtype", ["f8", "f4", "f2", "i8", "i4", "i2", "i1", "u1", "b1"], ids=lambda dtype: dtype
)
def test_a_tensor_is_read_where_it_lies(save, dtype):
    values = (NUMBERS * 9).astype(dtype)
    source = open_source(save(of_array(values, "93960505977744"), "vectors.pt"))
    assert source.single and source.called("vectors") == "vectors.pt"
    spec = source.columns["vectors"]
    assert (spec.shape, spec.dtype, spec.access) == ((6, 4), np.dtype(dtype), Access.ROW)
    np.testing.assert_array_equal(source.read("vectors"), values)
    np.testing.assert_array_equal(source.open("vectors")[4], values[4])


def test_bfloat16_becomes_float32(save):
    halves = np.array([0x3F80, 0xC020, 0x7FC0, 0x0001, 0xFF80, 0x4049], np.uint16)
    storage = Storage("0", halves, "BFloat16Storage", "cuda:0")
    source = open_source(save({"x": tensor(storage, (3, 2))}))
    expected = (halves.astype(np.uint32) << 16).view(np.float32).reshape(3, 2)
    assert source.columns["x"].dtype == np.float32
    np.testing.assert_array_equal(source.read("x"), expected)
    np.testing.assert_array_equal(source.open("x")[2], expected[2])
    assert expected[0].tolist() == [1.0, -2.5]
    blocks = [block for _, block in source.open("x").blocks(2)]
    np.testing.assert_array_equal(np.concatenate(blocks), expected)


VIEWS = [
    lambda a: a.T,
    lambda a: a[1:],
    lambda a: a[:, 1:3],
    lambda a: a[::2],
    lambda a: a[2:5, 3],
    lambda a: np.broadcast_to(a[:1], (5, 4)),
    lambda a: a.reshape(2, 3, 4).transpose(2, 0, 1),
    lambda a: a.reshape(2, 3, 4)[:, 1],
    lambda a: a[:0],
]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("half", [False, True])
def test_views_of_a_shared_storage_are_read_by_their_strides(save, view, half):
    base = (NUMBERS * 100).astype(np.uint16) if half else NUMBERS
    kind = "BFloat16Storage" if half else ""
    seen = view(base)
    strides = tuple(stride // base.itemsize for stride in seen.strides)
    offset = 0
    if seen.size:
        place = seen.__array_interface__["data"][0] - base.__array_interface__["data"][0]
        offset = place // base.itemsize
    storage = Storage("0", base.ravel(), kind)
    value = {"view": tensor(storage, seen.shape, strides, offset), "all": tensor(storage, (24,))}
    source = open_source(save(value))
    expected = (seen.astype(np.uint32) << 16).view(np.float32) if half else seen
    np.testing.assert_array_equal(source.read("view"), expected)
    assert source.columns["view"].shape == seen.shape
    assert len(source.read("all")) == 24


def test_nested_values_are_columns_by_their_path(save):
    value = {
        "state": {"embeddings": of_array(NUMBERS, "a")},
        "labels": ["cat", "dog", None],
        "numbers": [1, 2, 3],
        "mixed": [1, None, 2.5],
        "flags": [True, False, True],
        7: of_array(NUMBERS[:3], "b"),
        "epoch": 3,
        "lr": 0.1,
        "note": "a text",
        "none": None,
        "scalar": tensor(Storage("s", np.float32([1])), ()),
        "outer": [{"inner": of_array(NUMBERS[:2], "c")}, "x"],
    }
    source = open_source(save(value))
    forms = {name: spec.form for name, spec in source.columns.items()}
    assert forms == {
        "state.embeddings": Form.ARRAY, "labels": Form.TEXT, "numbers": Form.ARRAY,
        "mixed": Form.ARRAY, "flags": Form.ARRAY, "7": Form.ARRAY, "outer.0.inner": Form.ARRAY,
    }  # fmt: skip
    assert source.called("state.embeddings") == "out.pt: state.embeddings"
    assert source.read("labels").tolist() == ["cat", "dog", None]
    assert source.read("numbers").dtype == np.int64
    np.testing.assert_array_equal(source.read("mixed"), [1, np.nan, 2.5])
    assert source.read("flags").dtype == bool


def test_tensors_of_one_shape_in_a_list_are_rows(save):
    rows = [of_array(row, str(place)) for place, row in enumerate(NUMBERS)]
    source = open_source(save(rows, "rows.pt"))
    np.testing.assert_array_equal(source.read("rows"), NUMBERS)
    ragged = open_source(save([of_array(NUMBERS[0], "a"), of_array(NUMBERS[0, :2], "b")], "r.pt"))
    assert ragged.columns.keys() == {"0", "1"}


def test_records_are_columns_and_vectors_by_name_have_names(save):
    records = [
        {"vector": of_array(row, str(place)), "label": f"c{place}"}
        for place, row in enumerate(NUMBERS)
    ]
    source = open_source(save(records))
    np.testing.assert_array_equal(source.read("vector"), NUMBERS)
    assert source.read("label").tolist() == [f"c{place}" for place in range(6)]
    named = {f"id{place}": of_array(NUMBERS[place % 6], str(place)) for place in range(20)}
    source = open_source(save(named, "named.pt"))
    assert source.columns.keys() == {"names", "vectors"}
    assert source.read("names").tolist() == list(named)
    np.testing.assert_array_equal(source.read("vectors")[7], NUMBERS[1])


@pytest.mark.parametrize("dtype", ["<f4", ">f8", "|u1", "<U5", "|b1"])
def test_numpy_arrays_inside_are_read(save, dtype):
    array = (NUMBERS * 10).astype(dtype)
    source = open_source(save({"x": numpy_value(array)}))
    np.testing.assert_array_equal(source.read("x"), array)
    assert source.read("x").dtype.isnative


def test_numpy_and_python_pickle_the_same_as_here(save, tmp_path):
    """Containers, numbers, text and arrays, by each protocol of Python's own pickle."""
    value = {
        "x": NUMBERS, "scalar": NUMBERS[0, 0], "s": ["a" * 300, "é", None], "set": {1}, "b": b"x",
        "big": [1 << 70, 2, 3], "floats": [0.5, 1.0], "ints": [-(1 << 40), 300, 70000],
        "t": ("u", "v"), "words": np.array(["one", "two"], object), "empty": [], "f": frozenset(),
    }  # fmt: skip
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        content = pickle.dumps(value, protocol)
        source = open_source(zipped(tmp_path / f"{protocol}.pt", None, content=content))
        np.testing.assert_array_equal(source.read("x"), NUMBERS)
        assert source.read("s").tolist() == value["s"] and source.read("t").tolist() == ["u", "v"]
        assert source.read("floats").tolist() == [0.5, 1.0]
        assert source.read("ints").tolist() == value["ints"]
        assert source.read("words").tolist() == ["one", "two"]
        assert "scalar" not in source.columns


def test_a_big_endian_file_is_read(tmp_path):
    swapped = NUMBERS.astype(">f4")
    path = zipped(tmp_path / "big.pt", of_array(swapped), byteorder="big")
    np.testing.assert_array_equal(open_source(path).read("big"), NUMBERS)
    halves = np.array([0x3F80, 0xC000], ">u2")
    value = tensor(Storage("0", halves, "BFloat16Storage"), (2,))
    path = zipped(tmp_path / "half.pt", value, byteorder="big")
    np.testing.assert_array_equal(open_source(path).read("half"), [1, -2])


PROGRAMS = {
    "posix.system": b"cposix\nsystem\n(X\x02\x00\x00\x00idtR.",
    "os.system": b"\x8c\x02os\x8c\x06system\x93(X\x02\x00\x00\x00idtR.",
    "builtins.eval": b"cbuiltins\neval\n.",
    "builtins.getattr": b"\x80\x02cbuiltins\ngetattr\n(ctorch\nTensor\nX\x01\x00\x00\x00atR.",
    "torch.load": b"ctorch\nload\n(X\x01\x00\x00\x00atR.",
    "torch.hub.load": b"ctorch.hub\nload\n.",
    "numpy.load": b"cnumpy\nload\n(X\x01\x00\x00\x00atR.",
    "collections.OrderedDict.__class__": b"\x8c\x0bcollections\x8c\x15OrderedDict.__class__\x93.",
    "the opcode INST": b"(X\x02\x00\x00\x00idiposix\nsystem\n.",
    "the opcode EXT1": b"\x82\x01.",
    "the opcode NEWOBJ_EX": b"cbuiltins\nlist\n)}\x92.",
    "a quantised tensor": b"ctorch._utils\n_rebuild_qtensor\n.",
    "a call of torch.FloatStorage": b"ctorch\nFloatStorage\n(tR.",
    "a call of torch.Tensor": b"ctorch\nTensor\n)\x81.",
}


@pytest.mark.parametrize("asked", PROGRAMS)
def test_a_program_is_refused_by_its_name_and_never_run(tmp_path, asked):
    path = zipped(tmp_path / "evil.pt", None, content=PROGRAMS[asked])
    with pytest.raises(DataError) as caught:
        open_source(path)
    assert caught.value.message == (f"evil.pt is refused: it holds {asked}; nothing of it was run")


def test_a_program_behind_an_old_beginning_is_refused_too(tmp_path):
    path = legacy(tmp_path / "evil.pt", {})
    content = path.read_bytes()
    path.write_bytes(content.replace(b"}(u", PROGRAMS["posix.system"], 1))
    with pytest.raises(DataError, match=r"posix\.system; nothing of it was run"):
        open_source(path)


def test_a_script_module_is_no_data(tmp_path):
    path = zipped(tmp_path / "m.pt", {}, extra={"archive/code/__torch__.py": b"x"})
    with pytest.raises(DataError, match="TorchScript model"):
        open_source(path)


F4 = Storage("0", np.zeros(24, np.float32))
LIES = {
    "beyond": tensor(F4, (6, 5)),
    "offset": tensor(F4, (6, 4), offset=1),
    "strides": tensor(F4, (6, 4), (4, 2)),
    "huge": tensor(F4, (1 << 61, 1 << 61)),
    "other": tensor(Storage("../../etc/passwd", np.zeros(1, np.float32)), (24,)),
    "wide": tensor(Storage("0", np.zeros(24, np.float32), "DoubleStorage"), (24,)),
}


@pytest.mark.parametrize("lie", LIES)
def test_tensors_outside_of_their_storage_are_skipped_and_said(tmp_path, lie):
    path = zipped(tmp_path / "a.pt", {"good": tensor(F4, (24,)), "bad": LIES[lie]})
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["archive/data/0"] = bytes(96)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            if "passwd" not in name:
                archive.writestr(name, content)
    source = open_source(path)
    assert source.columns.keys() == {"good"}
    assert source.skipped["bad"].startswith("damaged: ")


def test_a_tensor_that_repeats_is_read_only_if_it_fits(tmp_path):
    path = zipped(tmp_path / "a.pt", {"x": tensor(F4, (1 << 30, 1 << 30), (0, 0))})
    source = open_source(path)
    with pytest.raises(DataError, match=r"takes .* bytes in memory"):
        source.read("x")


def test_wrong_arguments_are_one_line(tmp_path):
    calls = (
        Call(Name("torch._utils", "_rebuild_tensor_v2"), (1, 2)),
        Call(Name("torch._utils", "_rebuild_tensor_v2"), (F4, -1, (2,), (1,), False, None)),
        Call(Name("torch._utils", "_rebuild_tensor_v2"), (F4, 0, (2,), (-1,), False, None)),
        Call(Name("torch._utils", "_rebuild_tensor_v2"), (F4, 0, [2], (1,), False, None)),
        Call(Name("numpy", "dtype"), (7,)),
        Call(Name("numpy._core.multiarray", "_reconstruct"), (), (1, (9,), None, False, b"")),
        Call(Name("collections", "OrderedDict"), (), ()),
        Call(Name("torch", "Size"), ("abc",)),
    )
    for call in calls[:-2]:
        with pytest.raises(DataError, match=r"can't be read|is refused"):
            open_source(zipped(tmp_path / "a.pt", {"x": call}))


def test_depth_repetition_and_length_are_bounded(tmp_path):
    deep = b"\x80\x02" + b"](" * 200_000 + b"e" * 200_000 + b"."
    assert not open_source(zipped(tmp_path / "deep.pt", None, content=deep)).columns
    # Each list holds the one before ten times: looked at one by one they would never end.
    laughs = b"\x80\x02]q\x00"
    for level in range(30):
        laughs += b"](" + (b"h" + bytes([level])) * 10 + b"eq" + bytes([level + 1])
    assert not open_source(zipped(tmp_path / "laughs.pt", None, content=laughs + b".")).columns
    text = b"X" + struct.pack("<I", 1 << 20) + b"x" * (1 << 20) + b"q\x000"
    call = b"c_codecs\nencode\n(h\x00X\x06\x00\x00\x00latin1tR0"
    path = zipped(tmp_path / "long.pt", None, content=b"\x80\x02" + text + call * 1000 + b"N.")
    with pytest.raises(DataError, match="too much text into bytes"):
        open_source(path)


@pytest.mark.parametrize("kept", [0, 2, 18, 19, 40, 200, 0.5, -1, -30])
def test_a_file_cut_short_is_one_line(save, kept):
    path = save({"x": of_array(NUMBERS)})
    content = path.read_bytes()
    path.write_bytes(content[: int(kept * len(content)) if kept == 0.5 else kept])
    with pytest.raises(DataError):
        open_source(path)


def test_a_file_rewritten_in_place_is_noticed(save):
    path = save({"x": of_array(NUMBERS)})
    source = open_source(path)
    rows = source.open("x")
    path.write_bytes(path.read_bytes()[:-7])
    for read in (lambda: source.read("x"), lambda: rows[2]):
        with pytest.raises(DataError, match="has changed since it was opened"):
            read()


def test_weights_of_a_model_are_said_to_be_that(save):
    weights = {
        f"{layer}.{kind}": of_array(NUMBERS[:size], f"{layer}{kind}")
        for layer, (kind, size) in enumerate([("weight", 2), ("bias", 3), ("weight", 5)])
    }
    (note,) = open_source(save(weights)).notes
    assert "a model's state dict" in note
    assert open_source(save({"weight": of_array(NUMBERS)}, "one.pt")).notes == ()


def test_content_tells_a_torch_file_from_an_npz(tmp_path):
    for name in ("a.npz", "a.bin", "a.ckpt", "a"):
        source = open_source(zipped(tmp_path / name, {"x": of_array(NUMBERS)}))
        np.testing.assert_array_equal(source.read("x"), NUMBERS)
    with (tmp_path / "b.pt").open("wb") as file:
        np.savez(file, X=NUMBERS)
    np.testing.assert_array_equal(open_source(tmp_path / "b.pt").read("X"), NUMBERS)
    (tmp_path / "c.pt").write_bytes(pickled({"x": 1}))
    with pytest.raises(DataError):
        open_source(tmp_path / "c.pt")


def test_torch_itself_writes_what_is_read(tmp_path):
    torch = pytest.importorskip("torch")
    base = torch.arange(24, dtype=torch.float32).reshape(6, 4) / 7
    value = {
        "x": base, "t": base.T, "cut": base[1:, 1:3], "half": base.bfloat16(), "f16": base.half(),
        "u16": base.to(torch.uint16), "int": base.long(), "bool": base > 1,
        "rows": [row.clone() for row in base], "names": ["a", "b"], "size": base.shape,
        "parameter": torch.nn.Parameter(base.clone()), "scalar": torch.tensor(3.0),
        "numpy": base.numpy(), "double": base.double().requires_grad_(), "epoch": 4,
        "nested": {"deep": {"weight": base[2]}}, "dtype": torch.float32, "on": torch.device("cpu"),
    }  # fmt: skip
    for new in (True, False):
        path = tmp_path / f"{new}.pt"
        saved = value if new else {key: value[key] for key in value if key != "u16"}
        torch.save(saved, path, _use_new_zipfile_serialization=new)
        source = open_source(path)
        again = torch.load(path, weights_only=False)
        for name in ("x", "t", "cut", "half", "f16", "int", "bool", "parameter", "double"):
            expected = again[name].detach()
            expected = expected.float() if name == "half" else expected
            np.testing.assert_array_equal(source.read(name), expected.numpy())
        np.testing.assert_array_equal(source.read("rows"), base.numpy())
        np.testing.assert_array_equal(source.read("numpy"), base.numpy())
        np.testing.assert_array_equal(source.read("nested.deep.weight"), base[2].numpy())
        assert source.read("names").tolist() == ["a", "b"]
        if new:
            np.testing.assert_array_equal(source.read("u16"), again["u16"].numpy())
    model = torch.nn.Sequential(torch.nn.Linear(4, 2), torch.nn.Linear(2, 3))
    torch.save(model.state_dict(), tmp_path / "state.pt")
    source = open_source(tmp_path / "state.pt")
    np.testing.assert_array_equal(source.read("0.weight"), model[0].weight.detach().numpy())
    assert "state dict" in source.notes[0]
    torch.save(model, tmp_path / "model.pt")
    with pytest.raises(DataError, match="nothing of it was run"):
        open_source(tmp_path / "model.pt")
