import contextlib
import io
import logging
import os
import struct
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image, ImageOps

from vizterm_core.errors import DataError
from vizterm_core.pictures.decode import Limits, stored_size
from vizterm_core.pictures.image_file import decode_file, read_image, read_image_noted

RNG = np.random.default_rng(0)
RGB = RNG.integers(0, 256, (12, 17, 3), np.uint8)
GREY = RGB[..., 0]
WHITE = (255, 255, 255)


def encoded(image, kind="PNG", **options):
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def png(width, height, depth, kind, rows):
    """A PNG file chunk by chunk, for what Pillow doesn't write."""

    def chunk(name, data):
        check = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + check

    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows))
    parts = chunk(b"IHDR", header), chunk(b"IDAT", data), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.fixture
def save(tmp_path):
    def write(content, name="picture.png"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


def refused(path, **options):
    with pytest.raises(DataError) as caught:
        read_image(path, **options)
    assert str(caught.value).isprintable() and len(str(caught.value)) < 300
    return caught.value


def test_an_rgb_png_is_read_as_it_is(save):
    picture, note = read_image_noted(save(encoded(Image.fromarray(RGB))))
    assert np.array_equal(picture, RGB) and picture.dtype == np.uint8 and note == ""
    assert np.array_equal(read_image(str(save(encoded(Image.fromarray(RGB))))), RGB)


def test_the_first_bytes_decide_not_the_suffix(save):
    path = save(encoded(Image.fromarray(RGB)), "picture.jpg")
    assert np.array_equal(read_image(path), RGB)


@pytest.mark.parametrize(("mode", "note"), [("RGB", ""), ("L", ""), ("CMYK", "CMYK")])
def test_jpegs_are_read(save, mode, note):
    smooth = Image.fromarray(RGB).resize((64, 48), Image.Resampling.BICUBIC).convert(mode)
    path = save(encoded(smooth, "JPEG", quality=95), "p.jpeg")
    picture, said = read_image_noted(path)
    assert picture.shape == (48, 64, 3) and said == note
    expected = np.asarray(smooth.convert("RGB")).astype(int)
    assert np.abs(picture - expected).mean() < 12


def test_grey_pictures_become_rgb(save):
    expected = GREY[..., None].repeat(3, axis=2)
    picture, note = read_image_noted(save(encoded(Image.fromarray(GREY))))
    assert np.array_equal(picture, expected) and note == ""


def test_one_bit_and_palettes_are_read_in_their_colours(save):
    bits = Image.fromarray(GREY > 128)
    picture, note = read_image_noted(save(encoded(bits)))
    assert np.array_equal(picture[..., 0], np.where(GREY > 128, 255, 0))
    assert note == "black and white"
    few = Image.fromarray(RGB).quantize(8)
    picture, note = read_image_noted(save(encoded(few)))
    assert np.array_equal(picture, np.asarray(few.convert("RGB"))) and note == "palette"


def test_sixteen_bit_grey_is_scaled_and_not_clipped(save):
    deep = np.array([[0, 257, 32768, 65535]], ">u2")
    path = save(png(4, 1, 16, 0, [deep.tobytes()]))
    picture, note = read_image_noted(path)
    assert picture[0, :, 0].tolist() == [0, 1, 128, 255]
    assert note == "16-bit grey, 0 – 65,535"


@pytest.mark.parametrize(
    ("values", "drawn", "said"),
    [
        # 12 bits in 16; the data's own end where none is close; nothing seen; a lone hot pixel.
        ([0, 2000, 4000], [0, 125, 249], "0 – 4,095"),
        ([0, 800, 1600], [0, 128, 255], "0 – 1,600"),
        ([0, 2500, 5000, 65535], [0, 128, 255, 255], "0 – 5,000"),
        ([*range(1001)] * 4 + [60000], [*[k * 255 / 1000 for k in range(1001)]] * 4 + [255], ""),
    ],
)
def test_sixteen_bit_grey_has_the_range_of_what_is_there(save, values, drawn, said):
    deep = np.array([values], ">u2")
    picture, note = read_image_noted(save(png(len(values), 1, 16, 0, [deep.tobytes()])))
    assert np.abs(picture[0, :, 0] - np.array(drawn)).max() <= 2
    assert said in note


def test_floating_grey_is_read(save):
    values = np.linspace(-3, 3, 12, dtype=np.float32).reshape(3, 4)
    picture, note = read_image_noted(save(encoded(Image.fromarray(values), "TIFF")))
    expected = np.rint((values + 3) / 6 * 255)
    assert np.abs(picture[..., 0] - expected).max() <= 1 and note == "floating grey, −3 – 3"


def test_sixteen_bit_colour_is_read(save):
    deep = (RGB.astype(np.uint16) * 257).astype(">u2")
    path = save(png(17, 12, 16, 2, [row.tobytes() for row in deep]))
    assert np.array_equal(read_image(path), RGB)


def test_transparent_pixels_lie_over_the_background(save):
    pixels = np.array([[[200, 100, 0, 255], [200, 100, 0, 0], [200, 100, 0, 51]]], np.uint8)
    path = save(encoded(Image.fromarray(pixels)))
    picture, note = read_image_noted(path)
    assert picture.tolist() == [[[200, 100, 0], [0, 0, 0], [40, 20, 0]]]
    assert note == "transparent RGB over a background"
    assert read_image(path, background=WHITE)[0, 1].tolist() == [255, 255, 255]
    grey = Image.fromarray(np.array([[[200, 0], [80, 255]]], np.uint8), "LA")
    assert read_image(save(encoded(grey)), background=WHITE)[0, :, 0].tolist() == [255, 80]


def test_a_transparent_colour_lies_over_the_background(save):
    flat = Image.fromarray(np.array([[[9, 9, 9], [200, 0, 0]]], np.uint8))
    keyed = save(encoded(flat, transparency=(9, 9, 9)))
    assert read_image(keyed, background=WHITE).tolist() == [[[255, 255, 255], [200, 0, 0]]]
    palette = Image.new("P", (2, 1))
    palette.putpalette([0, 0, 0, 255, 0, 0])
    palette.putpixel((1, 0), 1)
    path = save(encoded(palette, transparency=0))
    assert read_image(path, background=WHITE).tolist() == [[[255, 255, 255], [255, 0, 0]]]


def test_an_animation_is_its_first_frame(save):
    frames = [Image.fromarray(RGB), Image.fromarray(255 - RGB)]
    path = save(encoded(frames[0], save_all=True, append_images=frames[1:]))
    assert np.array_equal(read_image(path), RGB)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_are_turned_upright(save, kind, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    smooth = Image.fromarray(RGB).resize((64, 48), Image.Resampling.BICUBIC)
    content = encoded(smooth, kind, exif=exif.tobytes() if kind != "TIFF" else exif)
    picture, note = read_image_noted(save(content))
    with Image.open(io.BytesIO(content)) as image:
        expected = np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
    assert np.array_equal(picture, expected)
    assert picture.shape == ((48, 64, 3) if orientation < 5 else (64, 48, 3))
    assert note == ("turned upright" if orientation > 1 and kind != "TIFF" else "")
    assert stored_size(io.BytesIO(content)) == picture.shape[:2]


def test_an_orientation_that_makes_no_sense_is_none(save):
    exif = Image.Exif()
    exif[0x0112] = 77
    path = save(encoded(Image.fromarray(RGB), "PNG", exif=exif.tobytes()))
    assert np.array_equal(read_image(path), RGB)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "BMP", "TIFF"])
def test_other_formats_are_read_whatever_their_suffix(save, kind):
    image = Image.fromarray(RGB)
    if kind == "GIF":
        image = image.quantize(16)
    options = {"lossless": True} if kind == "WEBP" else {}
    picture = read_image(save(encoded(image, kind, **options)))
    assert np.array_equal(picture, np.asarray(image.convert("RGB")))


@pytest.mark.parametrize(("kind", "count"), [("GIF", 3), ("TIFF", 2), ("WEBP", 3)])
def test_of_frames_and_pages_it_is_the_first(save, kind, count):
    frames = [Image.new("RGB", (9, 7), (40 * k, 80, 200)) for k in range(count)]
    options = {"lossless": True} if kind == "WEBP" else {}
    content = encoded(frames[0], kind, save_all=True, append_images=frames[1:], **options)
    assert read_image(save(content))[0, 0].tolist() == [0, 80, 200]


def test_formats_that_are_not_read_are_refused(save):
    content = encoded(Image.fromarray(RGB), "PCX")
    assert "isn't a PNG, JPEG, WebP, GIF, BMP or TIFF" in refused(save(content)).message
    assert "isn't a" in refused(save(b"RIFF\0\0\0\0WAVEfmt ")).message


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_a_large_picture_is_read_no_larger_than_is_enough(save, kind):
    smooth = Image.fromarray(RGB).resize((1600, 1200), Image.Resampling.BICUBIC)
    path = save(encoded(smooth, kind))
    small = decode_file(path, Limits(side=200)).pixels
    assert 200 <= max(small.shape) < 401 and small.shape[1] * 3 == small.shape[0] * 4
    expected = np.asarray(smooth.resize(small.shape[1::-1], Image.Resampling.BOX)).astype(int)
    assert np.abs(small - expected).mean() < 3
    assert decode_file(path, Limits(side=1601)).pixels.shape == (1200, 1600, 3)


def test_several_threads_decode_at_once_and_leave_everything_as_it_was(save):
    filters, limit = list(warnings.filters), Image.MAX_IMAGE_PIXELS
    path = save(encoded(Image.fromarray(RGB)))
    with ThreadPoolExecutor(8) as pool:
        pictures = list(pool.map(lambda _: read_image(path), range(64)))
    assert all(np.array_equal(picture, RGB) for picture in pictures)
    assert warnings.filters == filters and limit == Image.MAX_IMAGE_PIXELS


def test_a_large_image_is_refused_by_its_header_alone(save):
    path = save(png(60_000, 50_000, 8, 2, []))
    error = refused(path)
    assert "60,000 x 50,000" in error.message and "3,000,000,000 pixels" in error.message
    assert "67,108,864" in error.message
    long = save(encoded(Image.new("L", (2, 131_073))))
    assert "2 x 131,073: a side of more than 131,072 pixels" in refused(long).message
    small = save(encoded(Image.fromarray(RGB)))
    assert "more than the limit of 203" in refused(small, max_pixels=203).message
    assert read_image(small, max_pixels=204).shape == RGB.shape


def flat(width, height, mode="RGB"):
    return Image.new(mode, (width, height), {"L": 90, "RGBA": (9, 90, 200, 255)}.get(mode, 60))


def test_what_decoding_takes_is_limited_before_it_is_decoded(save):
    path = save(encoded(flat(4000, 2000, "RGBA")))
    assert path.stat().st_size < 200_000
    error = refused(path, max_bytes=20_000_000)
    assert "4,000 x 2,000: decoding it takes 56.0 MB, more than the limit of 20.0" in error.message
    assert "--max-bytes" in error.hint
    assert read_image(path, max_bytes=56_000_000).shape == (2000, 4000, 3)


def test_a_progressive_jpeg_takes_more_as_all_of_it_is_kept(save):
    plain = save(encoded(flat(1000, 500), "JPEG"), "plain.jpg")
    progressive = save(encoded(flat(1000, 500), "JPEG", progressive=True), "progressive.jpg")
    assert read_image(plain, max_bytes=3_500_000).shape == (500, 1000, 3)
    assert "takes 6.5 MB" in refused(progressive, max_bytes=3_500_000).message


def test_of_the_free_memory_a_quarter_is_left(save, monkeypatch):
    monkeypatch.setattr("vizterm_core.files.memory.free_memory", lambda: 4_000_000)
    path = save(encoded(flat(1000, 500), "JPEG"), "p.jpg")
    assert "limit of 3.0 MB" in refused(path).message


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_header_that_declares_more_than_the_bytes_can_hold_is_a_lie(save, kind):
    content = bytearray(encoded(flat(16, 16), kind))
    if kind == "PNG":
        content[16:24] = struct.pack(">II", 8000, 8000)
        content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    else:
        at = content.index(b"\xff\xc0") + 5
        content[at : at + 4] = struct.pack(">HH", 8000, 8000)
    message = refused(save(bytes(content))).message
    assert "damaged: cut short" in message and "can't hold 8,000 x 8,000 pixels" in message


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_the_plainest_of_pictures_are_no_lies(save, mode, progressive, kind):
    if (kind, mode) == ("PNG", "CMYK"):
        return
    options = {"progressive": progressive, "quality": 1} if kind == "JPEG" else {}
    path = save(encoded(Image.new(mode, (3000, 3000)), kind, **options))
    assert read_image(path).shape == (3000, 3000, 3)


def test_a_jpeg_that_is_too_large_can_be_read_at_a_reduced_scale(save):
    smooth = Image.fromarray(RGB).resize((1001, 801), Image.Resampling.BICUBIC)
    path = save(encoded(smooth, "JPEG", quality=95), "p.jpg")
    assert "more than the limit" in refused(path, max_pixels=300_000).message
    picture, note = read_image_noted(path, max_pixels=300_000, reduce=True)
    assert picture.shape == (401, 501, 3) and note == "1,001 x 801 read as 501 x 401"
    expected = np.asarray(smooth.resize((501, 401), Image.Resampling.BOX)).astype(int)
    assert np.abs(picture - expected).mean() < 3
    picture, note = read_image_noted(path, max_bytes=400_000, reduce=True)
    assert picture.shape == (201, 251, 3) and "251 x 201" in note
    picture, note = read_image_noted(path, reduce=True)
    assert picture.shape == (801, 1001, 3) and note == ""
    with pytest.raises(DataError) as tiny:
        read_image_noted(path, max_pixels=900, reduce=True)
    assert "126 x 101" in tiny.value.message
    assert "limit" in refused(save(encoded(smooth)), max_pixels=300_000).message


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_strips_make_the_same_picture(save, monkeypatch, mode):
    image = Image.fromarray(RGB).convert("L" if mode == "I;16" else mode)
    path = save(encoded(image))
    if mode == "I;16":
        deep = (GREY.astype(np.uint16) * 200).astype(">u2")
        path = save(png(17, 12, 16, 0, [row.tobytes() for row in deep]))
    whole = read_image(path, background=WHITE)
    for pixels in (1, 17, 50, 60):
        monkeypatch.setattr("vizterm_core.pictures.decode._STRIP", pixels)
        assert np.array_equal(read_image(path, background=WHITE), whole)


def test_our_limit_replaces_pillows_and_leaves_it_as_it_was(save, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)
    path = save(encoded(Image.fromarray(RGB)))
    filters = list(warnings.filters)
    assert np.array_equal(read_image(path), RGB)
    assert Image.MAX_IMAGE_PIXELS == 10
    refused(path, max_pixels=5)
    assert Image.MAX_IMAGE_PIXELS == 10 and warnings.filters == filters


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"])
def test_truncated_images_are_refused_by_name(save, kind):
    content = encoded(Image.fromarray(RGB.repeat(8, axis=0)), kind)
    for length in (4, 10, 30, len(content) // 2, len(content) - 40):
        error = refused(save(content[:length]))
        assert error.message.startswith("picture.png") and error.hint


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"])
def test_damaged_images_are_read_or_refused_and_nothing_else(save, kind):
    content = encoded(Image.fromarray(RGB), kind)
    rng = np.random.default_rng(1)
    refusals = 0
    for _ in range(300):
        damaged = bytearray(content)
        for place in rng.integers(3, min(len(content), 250), 2):
            damaged[place] = rng.integers(256)
        try:
            read_image(save(bytes(damaged)), max_pixels=10**5)
        except DataError:
            refusals += 1
    assert refusals > (8 if kind == "GIF" else 30)


def test_a_damaged_tiff_writes_nothing_on_standard_error(save, capfd):
    noise = Image.fromarray(RGB)
    for way in ("tiff_lzw", "packbits", "tiff_deflate", "jpeg"):
        content = bytearray(encoded(noise, "TIFF", compression=way))
        content[8:60] = bytes(52)
        with contextlib.suppress(DataError):
            read_image(save(bytes(content)))
        with contextlib.suppress(DataError):
            read_image(save(bytes(content[: len(content) // 2])))
    # So many samples a pixel that Pillow logs it.
    plain = encoded(noise, "TIFF")
    at = plain.index(struct.pack("<HHIHH", 277, 3, 1, 3, 0)) + 8
    with pytest.raises(DataError):
        read_image(save(plain[:at] + struct.pack("<H", 2048) + plain[at + 2 :]))
    assert capfd.readouterr().err == ""
    assert not logging.lastResort or logging.getLogger("PIL").handlers


@pytest.mark.parametrize("content", [b"", b"hello\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"])
def test_other_content_is_refused_by_name(save, content):
    error = refused(save(content, "a\x1bb.png"))
    assert error.message.startswith("a␛b.png") and error.hint


def test_paths_of_other_things_than_files_are_refused(tmp_path):
    assert "no such file" in refused(tmp_path / "none.png").message
    assert "is a directory" in refused(tmp_path).message
    os.mkfifo(tmp_path / "pipe")
    assert "not a regular file" in refused(tmp_path / "pipe").message
