import numpy as np
import pytest

from vizterm_core.errors import DataError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.formats import open_source
from vizterm_core.pictures.stacks import Images, Maps

STACK = np.random.default_rng(0).integers(0, 256, (5, 4, 6, 3), np.uint8)


def test_pictures_are_taken_from_the_array_one_at_a_time():
    images = Images(5, (4, 6, 3), STACK)
    assert images.ready and (images.count, images.shape) == (5, (4, 6, 3))
    for index in range(5):
        assert np.array_equal(images.picture(index), STACK[index])


@pytest.mark.parametrize(
    ("shape", "array"),
    [
        ((3, 4, 6), np.moveaxis(STACK, -1, 1)),
        ((4, 6, 3), STACK.reshape(5, 72)),
        ((3, 4, 6), np.moveaxis(STACK, -1, 1).reshape(5, 72)),
        ((4, 6, 3), np.asfortranarray(STACK)),
        ((4, 6, 3), STACK.astype(">f4")),
    ],
)
def test_every_layout_gives_the_same_pictures(shape, array):
    images = Images(5, shape, array)
    assert np.array_equal([images.picture(k) for k in range(5)], STACK)


def test_grey_pictures_become_rgb():
    images = Images(5, (4, 6), STACK[..., 0])
    assert np.array_equal(images.picture(2), STACK[2, ..., :1].repeat(3, axis=2))


def test_all_pictures_share_one_range_of_values():
    floats = np.stack([np.full((2, 2), level) for level in (-1.0, 0.0, 1.0)])
    images = Images(3, (2, 2), floats)
    assert [int(images.picture(k)[0, 0, 0]) for k in range(3)] == [0, 128, 255]


def test_the_range_is_found_in_pictures_from_all_over_the_array():
    floats = np.zeros((3200, 1, 1))
    floats[0], floats[1600] = -1, 3
    images = Images(3200, (1, 1), floats)
    assert [int(images.picture(k)[0, 0, 0]) for k in (0, 1, 1600)] == [0, 64, 255]


def test_only_a_few_pictures_are_read_to_find_the_range():
    class Counted(np.ndarray):
        largest = 0

        def astype(self, *args, **kwargs):
            Counted.largest = max(Counted.largest, self.size)
            return super().astype(*args, **kwargs)

        def __array__(self, *args, **kwargs):
            Counted.largest = max(Counted.largest, self.size)
            return super().__array__(*args, **kwargs)

    stack = np.zeros((10_000, 2, 2)).view(Counted)
    assert Images(10_000, (2, 2), stack).ready
    assert Counted.largest <= 32 * 4


def test_pictures_in_a_file_are_read_one_at_a_time(tmp_path, monkeypatch):
    floats = np.random.default_rng(0).random((1000, 3, 4))
    floats[::31] += 7
    np.save(tmp_path / "a.npy", floats)
    stored = open_source(tmp_path / "a.npy").open("a")
    sizes = []
    read_into = DataFile.read_into
    monkeypatch.setattr(
        DataFile,
        "read_into",
        lambda self, part, offset: (sizes.append(part.size), read_into(self, part, offset)),
    )
    images = Images(1000, (3, 4), stored)
    assert images.ready and sum(sizes) == 32 * 12
    sizes.clear()
    in_memory = Images(1000, (3, 4), floats)
    for index in (0, 500, 999):
        assert np.array_equal(images.picture(index), in_memory.picture(index))
    assert sizes == [12, 12, 12]
    with pytest.raises(IndexError):
        images.picture(1000)


def test_packed_pictures_are_unpacked_once_and_when_asked():
    calls = []

    def unpack():
        calls.append(1)
        return STACK

    images = Images(5, (4, 6, 3), unpack)
    assert not images.ready and images.picture(0) is None and not calls
    images.unpack()
    images.unpack()
    assert images.ready and len(calls) == 1
    assert np.array_equal(images.picture(4), STACK[4])


def test_an_unpacking_that_failed_can_be_tried_again():
    answers = [DataError("damaged"), STACK]

    def unpack():
        answer = answers.pop(0)
        if isinstance(answer, DataError):
            raise answer
        return answer

    images = Images(5, (4, 6, 3), unpack)
    with pytest.raises(DataError, match="damaged"):
        images.unpack()
    assert not images.ready and images.picture(0) is None
    images.unpack()
    assert np.array_equal(images.picture(0), STACK[0])


@pytest.mark.parametrize("shape", [(24,), (2, 3, 2), (2, 3, 2, 2)])
def test_other_shapes_than_pictures_are_refused_with_a_hint(shape):
    array = np.zeros((2, *shape))
    with pytest.raises(DataError, match="can't be drawn") as caught:
        Images(2, shape, array)
    assert str(shape) in caught.value.message and "(h, w)" in caught.value.hint
    lazy = Images(2, shape, lambda: array)
    with pytest.raises(DataError, match="can't be drawn"):
        lazy.unpack()
    assert not lazy.ready


@pytest.mark.parametrize("dtype", ["?", "u1", "f4"])
def test_no_pictures_at_all(dtype):
    images = Images(0, (4, 6), np.zeros((0, 4, 6), dtype))
    assert images.ready and images.count == 0
    with pytest.raises(IndexError):
        images.picture(0)


def test_pictures_of_nothing_but_nan_are_black():
    images = Images(2, (2, 2), np.full((2, 2, 2), np.nan))
    assert not images.picture(1).any()


def test_maps_are_taken_from_the_array_one_at_a_time_in_their_own_dtype():
    stack = np.random.default_rng(0).normal(0, 1, (5, 4, 6)).astype(np.float16)
    for array in (stack, stack[:, None], np.asfortranarray(stack)):
        maps = Maps(5, (4, 6), array)
        assert maps.ready and (maps.count, maps.shape) == (5, (4, 6))
        for index in range(5):
            assert maps.map(index).dtype == np.float16
            assert np.array_equal(maps.map(index), stack[index])


def test_packed_maps_are_unpacked_once_and_when_asked():
    calls = []

    def unpack():
        calls.append(1)
        return np.ones((2, 3, 3))

    maps = Maps(2, (3, 3), unpack)
    assert not maps.ready and maps.map(0) is None and not calls
    maps.unpack()
    maps.unpack()
    assert maps.ready and len(calls) == 1 and maps.map(1).all()
