"""Figures: what is in the file, where, in which colour; what is said; that none is half written."""

import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import gaussian_filter
from tests.support.command_line import run_here

from vizterm.embed.figure.density import density_of
from vizterm.embed.figure.drawing import draw_figure
from vizterm.embed.figure.options import FigureOptions
from vizterm.embed.figure.subject import Subject
from vizterm.embed.figure.writing import write_figure
from vizterm.embed.indexed import IndexedEmbedding
from vizterm.embed.scatter.density_look import DensityLook
from vizterm.embed.scatter.inks import LabelInks
from vizterm.embed.wanted import Wanted
from vizterm.figures.as_png import page_pixels
from vizterm.figures.as_svg import page_svg
from vizterm.figures.fonts import Typeface
from vizterm.figures.page import Box, Disc, Marks, Page, Pixels, Ring, Text
from vizterm.terminal.facts import Terminal
from vizterm_core.errors import UsageError
from vizterm_core.load import embedding_from_arrays
from vizterm_core.scatter.selection import Selection
from vizterm_core.scatter.viewport import Extent, Viewport

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = ["<b>&amp;\"'", "\x1b[31mred\x07", "a\nb", "]]>", "\u202eevil", "x" * 500, "日本語"]


def subject_of(coords, labels=None, wanted=None, **more):
    embedding = embedding_from_arrays(np.asarray(coords, float), labels, **more)
    loaded = IndexedEmbedding.of(embedding)
    if wanted is not None:
        loaded = loaded.as_wanted(wanted, strict=True)
    return Subject.of(loaded.embedding, loaded.index, filtered=loaded.filter_text)


def blobs(count, labels=4, seed=0):
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, labels, count)
    return rng.normal(0, 6, (labels, 2))[codes] + rng.normal(0, 0.5, (count, 2)), codes


def texts_of(subject, **options):
    figure = draw_figure(subject, FigureOptions(**options))
    return [item for item in figure.page.items if isinstance(item, Text)]


def written(subject, path, **options):
    return write_figure(subject, FigureOptions(**options), path)


def svg_of(subject, path, **options):
    written(subject, path, **options)
    return ET.parse(path).getroot()


# pixels


@pytest.mark.parametrize(("theme", "paper"), [("light", 255), ("dark", 18)])
def test_a_png_has_its_size_its_resolution_and_points_in_their_colours(tmp_path, theme, paper):
    subject = subject_of([[0, 0], [10, 0], [10, 5]], ["a", "b", "b"])
    path = tmp_path / "three.png"
    said = written(subject, path, size=(80.0, 50.0), dpi=200, theme=theme)
    assert said.said == f"wrote {path}: 630 × 394, 3 points" and said.notes == ()
    with Image.open(path) as image:
        assert image.size == (630, 394) and image.info["dpi"] == pytest.approx((200, 200), abs=0.1)
        pixels = np.asarray(image.convert("RGB"))
    assert abs(int(pixels[0, 0, 0]) - paper) <= 2
    figure = draw_figure(subject, FigureOptions(size=(80.0, 50.0), dpi=200, theme=theme))
    (marks,) = [item for item in figure.page.items if isinstance(item, Marks)]
    for group in marks.groups:
        for x, y in zip(group.x, group.y, strict=True):
            assert pixels[int(y), int(x)].tolist() == list(group.colour)
    # The legend has the same colours.
    discs = [item for item in figure.page.items if isinstance(item, Disc)]
    assert {disc.colour for disc in discs} == {group.colour for group in marks.groups}
    assert len({group.colour for group in marks.groups}) == 2


def test_data_units_are_as_long_across_as_down_unless_stretched():
    coords = [[0, 0], [10, 0], [10, 5]]
    for stretched in (False, True):
        base = subject_of(coords, ["a", "b", "c"])
        subject = Subject(
            base.embedding, base.index, base.visible, base.extent, stretched=stretched
        )
        figure = draw_figure(subject, FigureOptions())
        (marks,) = [item for item in figure.page.items if isinstance(item, Marks)]
        place = {group.name: (group.x[0], group.y[0]) for group in marks.groups}
        across = (place["b"][0] - place["a"][0]) / 10
        down = (place["b"][1] - place["c"][1]) / 5
        assert (across == pytest.approx(down, rel=1e-6)) is not stretched
        x, y, width, height = marks.box
        assert all(x < px < x + width and y < py < y + height for px, py in place.values())


# vectors


def test_an_svg_has_a_circle_a_point_grouped_by_label_at_its_place(tmp_path):
    coords, codes = blobs(500)
    subject = subject_of(coords, codes, title="Blobs")
    root = svg_of(subject, tmp_path / "f.svg", size=(160.0, 110.0))
    assert root.get("width") == "160mm" and root.get("height") == "110mm"
    _, _, width, height = (float(side) for side in root.get("viewBox").split())
    assert (width, height) == pytest.approx((160 / 25.4 * 72, 110 / 25.4 * 72), abs=0.2)
    points = next(group for group in root.iter(f"{SVG}g") if group.get("id") == "points")
    groups = points.findall(f"{SVG}g")
    assert {group.find(f"{SVG}title").text for group in groups} == {"0", "1", "2", "3"}
    found = {
        group.find(f"{SVG}title").text: np.array(
            [[float(c.get("cx")), float(c.get("cy"))] for c in group.findall(f"{SVG}circle")]
        )
        for group in groups
    }
    assert sum(map(len, found.values())) == 500
    # One scale and one shift for all: fitted by least squares, the rest is rounding.
    placed = np.concatenate([found[str(label)] for label in range(4)])
    data = np.concatenate([coords[codes == label] for label in range(4)])
    across = np.polyfit(data[:, 0], placed[:, 0], 1)
    down = np.polyfit(data[:, 1], placed[:, 1], 1)
    assert across[0] == pytest.approx(-down[0], rel=1e-3) and across[0] > 0
    assert np.abs(np.polyval(across, data[:, 0]) - placed[:, 0]).max() < 0.02
    assert np.abs(np.polyval(down, data[:, 1]) - placed[:, 1]).max() < 0.02
    assert "Blobs" in "".join(root.itertext())
    # Names on the map lie on an outline of their own, which no program draws over them.
    texts = list(root.iter(f"{SVG}text"))
    outlines = [k for k, text in enumerate(texts) if text.get("class") == "halo"]
    assert len(outlines) == 4
    assert all(texts[k].text == texts[k + 1].text for k in outlines)
    assert not any(text.get("stroke") for text in texts if text.get("class") != "halo")


def test_many_points_of_an_svg_are_one_picture_of_bounded_size_and_that_is_said(tmp_path):
    coords, codes = blobs(100_000)
    path = tmp_path / "f.svg"
    said = written(subject_of(coords, codes), path)
    assert said.notes == ("the points are pixels in the .svg; texts and lines are not",)
    root = ET.parse(path).getroot()
    assert len(root.findall(f"{SVG}image")) == 1
    assert len(list(root.iter(f"{SVG}circle"))) == 4
    assert path.stat().st_size < 4 << 20


def test_what_names_hold_stays_text(tmp_path):
    coords, codes = blobs(700, len(HOSTILE))
    labels = [HOSTILE[code] for code in codes]
    root = svg_of(subject_of(coords, labels, title="<script>x</script>"), tmp_path / "f.svg")
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg", "title", "rect", "text", "g", "circle", "clipPath",
    }  # fmt: skip
    said = "".join(root.itertext())
    assert "<script>x</script>" in said and "<b>&amp;\"'" in said and "日本語" in said
    assert not any(sign in said for sign in "\x1b\x07\u202e")
    written(subject_of(coords, labels), tmp_path / "f.png")
    with Image.open(tmp_path / "f.png") as image:
        image.load()


# beside the plot


def test_a_legend_lists_names_and_counts_and_what_is_missing_last():
    coords, codes = blobs(300, 3)
    labels = [None if k < 5 else f"c{code}" for k, code in enumerate(codes)]
    said = [text.text for text in texts_of(subject_of(coords, labels))]
    said = said[said.index("y") :]
    assert said.index("c0") < said.index("c1") < said.index("c2") < said.index("(missing)")
    assert "5" in said and f"{np.sum(codes[5:] == 1):,}" in said
    assert not [t for t in texts_of(subject_of(coords, labels), legend=False) if t.text == "5"]


def test_of_very_many_labels_the_biggest_are_listed_and_the_others_counted(tmp_path):
    rng = np.random.default_rng(0)
    codes = np.minimum(rng.geometric(0.02, 5000), 400)
    labels = [None if k < 3 else f"k{code}" for k, code in enumerate(codes)]
    subject = subject_of(rng.normal(size=(5000, 2)), labels)
    found = [text.text for text in texts_of(subject)]
    (more,) = [text for text in found if text.startswith("+ ")]
    hidden = int(more.removeprefix("+ ").removesuffix(" more"))
    names = subject.embedding.labels.names
    listed = found[found.index(more) - 2 * (len(names) - hidden - 1) : found.index(more) : 2]
    biggest = sorted(names[:-1], key=lambda n: -subject.embedding.labels.counts[names.index(n)])
    assert set(listed) == set(biggest[: len(listed)]) and len(listed) == len(names) - hidden - 1
    assert found[found.index(more) + 1] == "(missing)"
    said = written(subject, tmp_path / "f.png")
    assert said.notes == (f"{hidden} labels have no room in the legend",)


def test_texts_lie_on_the_page_and_names_not_on_each_other():
    coords, codes = blobs(3000, 30)
    subject = subject_of(coords, [f"class {code}" for code in codes])
    typeface = Typeface()
    for size in ((160.0, 110.0), (85.0, 60.0), (40.0, 60.0)):
        width, height = FigureOptions(size=size).pixels
        boxes = []
        for text in texts_of(subject, size=size, axes=True):
            wide = typeface.width(text.text, text.size)
            left = text.x - wide * {"start": 0, "middle": 0.5, "end": 1}[text.anchor]
            assert left >= 0 and left + wide <= width + 1 and 0 < text.y <= height, text
            if text.halo is not None:
                boxes.append((left, text.y - 0.7 * text.size, left + wide, text.y))
        for k, a in enumerate(boxes):
            for b in boxes[:k]:
                assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


def test_a_quantity_has_a_bar_with_round_values_at_their_places():
    rng = np.random.default_rng(0)
    values = rng.random(2000) * 9.4 + 0.3
    values[:7] = np.nan
    subject = subject_of(rng.normal(size=(2000, 2)), values)
    figure = draw_figure(subject, FigureOptions())
    texts = {item.text: item for item in figure.page.items if isinstance(item, Text)}
    assert "missing 7" in texts
    ticks = [text for text in texts if text.isdigit()]
    assert {"2", "4", "6", "8"} <= set(ticks)
    place = {float(text): texts[text].y for text in ticks}
    slope = (place[8.0] - place[2.0]) / 6
    assert place[4.0] == pytest.approx(place[2.0] + 2 * slope, abs=1)
    # The bar's colours lie at the values that have them.
    boxes = [item for item in figure.page.items if isinstance(item, Box) and item.height > 3]
    scale = subject.embedding.labels.scale
    assert scale.low == pytest.approx(0.3, abs=0.05)
    bar = [box for box in boxes if box.x > 0.6 * figure.page.width and box.width > 10]
    assert len(bar) == 32 and len({box.colour for box in bar}) > 25
    top, bottom = min(box.y for box in bar), max(box.y + box.height for box in bar)
    assert -slope * (scale.high - scale.low) == pytest.approx(bottom - top, rel=0.02)


def test_dates_are_told_as_dates():
    rng = np.random.default_rng(0)
    days = np.datetime64("2021-03-05") + rng.integers(0, 900, 2000).astype("m8[D]")
    found = [text.text for text in texts_of(subject_of(rng.normal(size=(2000, 2)), days))]
    assert {"2022-01", "2023-01"} <= set(found)


def test_axes_have_their_ticks_where_their_values_are():
    coords, codes = blobs(200)
    subject = subject_of(coords, codes)
    figure = draw_figure(subject, FigureOptions(axes=True))
    (marks,) = [item for item in figure.page.items if isinstance(item, Marks)]
    x, y, _, height = marks.box
    by_label = {group.name: group for group in marks.groups}
    data, place = coords[codes == 0], by_label["0"]
    across = np.polyfit(data[:, 0], place.x, 1)
    texts = [item for item in figure.page.items if isinstance(item, Text)]
    below = [text for text in texts if text.y > y + height]
    assert len(below) >= 3
    for text in below:
        value = float(text.text.replace("−", "-"))
        assert text.x == pytest.approx(np.polyval(across, value), abs=1)
    left = [text for text in texts if text.anchor == "end" and text.x < x]
    down = np.polyfit(data[:, 1], place.y, 1)
    assert len(left) >= 3
    for text in left:
        middle = text.y - 0.35 * text.size
        value = float(text.text.replace("−", "-"))
        assert middle == pytest.approx(np.polyval(down, value), abs=1)


def test_axes_are_called_as_their_columns(tmp_path):
    rng = np.random.default_rng(2)
    np.savez(tmp_path / "d.npz", umap=rng.normal(size=(50, 2)), y=np.zeros(50, int))
    lines = [f"{a},{b}" for a, b in rng.random((50, 2))]
    (tmp_path / "t.csv").write_text("\n".join(["petal <width>,sepal", *lines]))
    for name, coords, axes in (
        ("d.npz", "umap", ["umap 1", "umap 2"]),
        ("t.csv", "petal <width>,sepal", ["petal <width>", "sepal"]),
    ):
        out = tmp_path / "f.svg"
        run_here("embed", tmp_path / name, "--coords", coords, "--axes", "--output", out)
        root = ET.parse(out).getroot()
        across, down = [each for each in root.iter(f"{SVG}text") if each.text in axes]
        assert [across.text, down.text] == axes
        assert across.get("transform") is None and "rotate(-90" in down.get("transform")
        run_here("embed", tmp_path / name, "--coords", coords, "--output", out)
        assert not [
            each for each in ET.parse(out).getroot().iter(f"{SVG}text") if each.text in axes
        ]
    assert embedding_from_arrays(rng.normal(size=(5, 2))).axes == ("", "")
    assert embedding_from_arrays(rng.normal(size=(9, 5))).axes == ("PC 1", "PC 2")


def test_a_name_that_is_read_upwards_is_drawn_as_it_is_turned():
    """As Pillow draws it level, a quarter turn against the clock."""
    sheets = []
    for turned in (False, True):
        text = Text(30.0, 60.0, "Fig", 20.0, (0, 0, 0), "middle", turned=turned)
        sheets.append(np.asarray(page_pixels(Page(90, 90, 72.0, (255,) * 3, [text]), Typeface())))
    level, up = ((sheet < 128).all(axis=2) for sheet in sheets)
    rows, columns = np.nonzero(level)
    # (x, y) from the anchor becomes (y, -x).
    turned = np.zeros_like(up)
    turned[60 - (columns - 30) - 1, 30 + (rows - 60)] = True
    assert up.sum() > 50 and (turned == up).mean() > 0.995


def test_what_is_selected_and_the_marked_point_have_rings_and_the_legend_tells(tmp_path):
    coords, codes = blobs(400)
    base = subject_of(coords, codes, names=[f"n {k}" for k in range(400)])
    few = replace(base, selection=Selection.of_points(400, np.array([3, 5])), marked=(41,))
    figure = draw_figure(few, FigureOptions())
    rings = [item for item in figure.page.items if isinstance(item, Ring)]
    said = [text.text for text in texts_of(few)]
    assert "2 selected" in said and "#41 n 41" in said
    # Two and one in the plot, and one each in the legend.
    assert len(rings) == 5
    (marks,) = [item for item in figure.page.items if isinstance(item, Marks)]
    left, width = marks.box[0], marks.box[2]
    inside = [ring for ring in rings if left < ring.x < left + width]
    assert len(inside) == 3
    places = {
        group.name: set(zip(np.round(group.x, 3), np.round(group.y, 3), strict=True))
        for group in marks.groups
    }
    selected = [name for name in places if name.endswith(", selected")]
    assert {name.split(",")[0] for name in selected} == {str(codes[3]), str(codes[5])}
    assert sum(len(places[name]) for name in selected) == 2
    for ring in inside[:2]:
        assert any((round(ring.x, 3), round(ring.y, 3)) in places[name] for name in selected)
    # Of many the colours tell: no rings, and the count all the same.
    many = replace(base, selection=Selection.of_points(400, np.arange(100)))
    figure = draw_figure(many, FigureOptions())
    assert not [item for item in figure.page.items if isinstance(item, Ring)]
    assert "100 selected" in [text.text for text in texts_of(many)]
    assert "100 selected" not in [text.text for text in texts_of(many, legend=False)]
    for name in ("f.png", "f.svg"):
        assert written(few, tmp_path / name).notes == ()


def test_a_point_that_is_not_drawn_has_no_ring_and_that_is_said(tmp_path):
    coords, codes = blobs(60)
    base = subject_of(coords, codes)
    hidden = base.visible.copy()
    hidden[codes[7]] = False
    subject = replace(base, visible=hidden, marked=(7,), selection=Selection.of_points(60, [7]))
    said = written(subject, tmp_path / "f.png")
    assert "#7 is not drawn, and has no ring" in said.notes
    assert not [each for each in texts_of(subject) if "selected" in each.text or "#7" in each.text]


def test_selected_points_lie_over_a_density():
    coords, codes = blobs(5000)
    look = DensityLook()
    look.next_look()
    selection = Selection.of_points(5000, np.array([9]))
    subject = replace(subject_of(coords, codes), density=look, blur=(0.4, 0.4))
    plain, marked = (
        draw_figure(each, FigureOptions(legend=False))
        for each in (subject, replace(subject, selection=selection))
    )
    one, other = (
        next(item.pixels for item in each.page.items if isinstance(item, Pixels))
        for each in (plain, marked)
    )
    assert 10 < (one != other).any(axis=2).sum() < 2000


def test_a_figure_has_the_colours_of_the_screen():
    """On black: those that labels have in the plot, where it has true colour."""
    coords, codes = blobs(400)
    subject = subject_of(coords, codes)
    inks = LabelInks.of(subject.embedding.labels, Terminal(colours="truecolor"))
    figure = draw_figure(subject, FigureOptions(theme="dark"))
    (marks,) = [item for item in figure.page.items if isinstance(item, Marks)]
    assert {group.name: group.colour for group in marks.groups} == {
        str(label): tuple(inks.inks.rgb()[label].tolist()) for label in range(4)
    }


def test_the_heading_says_what_is_left_out_and_no_title_means_none():
    coords, codes = blobs(400)
    columns = {"split": np.where(np.arange(400) % 4 == 0, "test", "train")}
    wanted = Wanted(where='split == "test"')
    found = [
        t.text for t in texts_of(subject_of(coords, codes, wanted, columns=columns, title="T"))
    ]
    assert found[0] == "T" and 'split == "test": 100 of 400' in found[1]
    bare = [t.text for t in texts_of(subject_of(coords, codes, title=""))]
    assert not any("points" in text for text in bare)


def test_points_outside_and_hidden_labels_are_said(tmp_path):
    base = subject_of([[0, 0], [1, 1], [9, 9], [0.5, 0.5]], ["a", "a", "a", "b"])
    visible = np.array([True, False])
    subject = Subject(base.embedding, base.index, visible, Extent(-1, 2, -1, 2), margin=0.0)
    said = written(subject, tmp_path / "f.png")
    assert said.said.endswith("2 points")
    assert said.notes == (
        "1 point lies outside the figure",
        "1 point of hidden labels is not in the figure",
    )
    found = [text.text for text in texts_of(subject)]
    assert any("2 of 3 in view" in text for text in found) and "b" not in found


# the command


def saved(tmp_path) -> Path:
    coords, codes = blobs(50)
    path = tmp_path / "d.npz"
    np.savez(path, X=coords, y=codes)
    return path


def test_the_command_writes_a_figure_and_says_so_on_stderr(tmp_path):
    path, figure = saved(tmp_path), tmp_path / "f.png"
    done = run_here("embed", path, "-o", figure, "--figure-size", "10x8cm", "--dpi", "100")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"wrote {figure}: 394 × 315, 50 points\n"
    with Image.open(figure) as image:
        assert image.size == (394, 315)
    for theme, paper in (("dark", "#121214"), ("light", "#ffffff")):
        figure = tmp_path / "f.svg"
        done = run_here("embed", path, "-o", figure, "--theme", theme, "--title", "")
        assert done.returncode == 0 and f'fill="{paper}"' in figure.read_text()


@pytest.mark.parametrize(
    ("output", "more", "said"),
    [
        ("f.jpg", (), "unknown format"),
        ("none/f.png", (), "no directory"),
        ("f.png", ("--figure-size", "1x1"), "sides are 20 to 2,000 mm"),
        ("f.png", ("--figure-size", "axb"), "not a size"),
        ("f.png", ("--figure-size", "2000x2000"), "too large"),
    ],
)
def test_what_can_not_be_written_is_one_line_and_no_file(tmp_path, output, more, said):
    done = run_here("embed", saved(tmp_path), "--output", tmp_path / output, *more)
    assert done.returncode == 2 and done.stderr.count("\n") == 1 and said in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["d.npz"]


def test_an_older_figure_stays_where_a_new_one_fails(tmp_path, monkeypatch):
    coords, codes = blobs(50)
    path = tmp_path / "f.png"
    path.write_bytes(b"older")

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", full)
    with pytest.raises(OSError, match="No space"):
        written(subject_of(coords, codes), path)
    assert path.read_bytes() == b"older" and list(tmp_path.iterdir()) == [path]


def test_sizes_are_bounded():
    with pytest.raises(UsageError, match="too large"):
        FigureOptions(size=(1000.0, 1000.0), dpi=300)
    assert FigureOptions(size=(210.0, 297.0), dpi=600).pixels == (4961, 7016)


def test_letters_that_no_font_has_are_said(tmp_path, monkeypatch):
    coords, codes = blobs(60, 2)
    labels = ["\U00013000" if code else "a" for code in codes]
    said = written(subject_of(coords, labels), tmp_path / "f.png")
    # Hieroglyphs: a system may have them.
    assert all("no font here has" in note for note in said.notes)
    assert page_svg(draw_figure(subject_of(coords, labels), FigureOptions()).page).count("𓀀") >= 1


def test_the_same_data_make_the_same_bytes(tmp_path):
    coords, codes = blobs(3000)
    for name in ("a.png", "b.png", "a.svg", "b.svg"):
        written(subject_of(coords, codes), tmp_path / name)
    for suffix in ("png", "svg"):
        first, second = (tmp_path / f"{name}.{suffix}" for name in "ab")
        assert first.read_bytes() == second.read_bytes()


def test_a_printed_frame_has_names_on_the_map_and_can_do_without(tmp_path):
    coords, codes = blobs(400)
    np.savez(tmp_path / "d.npz", X=coords, y=np.array(["cat", "dog", "emu", "fox"])[codes])
    plain = ("embed", tmp_path / "d.npz", "--print", "--size", "100x30", "--color", "none")
    with_names, without = run_here(*plain).stdout, run_here(*plain, "--no-map-names").stdout
    for name in ("cat", "dog", "emu", "fox"):
        assert (with_names.count(name), without.count(name)) == (2, 1)


def test_a_density_is_that_of_the_points_in_its_colours_with_a_bar():
    coords, codes = blobs(50_000)
    look = DensityLook()
    look.next_look()
    base = subject_of(coords, codes)
    subject = Subject(
        base.embedding, base.index, base.visible, base.extent, density=look, blur=(0.4, 0.4)
    )
    view = Viewport.fit(base.extent, 200, 75, cell_aspect=2.0, margin=0.3)
    density = density_of(subject, view)
    assert density.sum() / (view.x_scale * view.y_scale) == pytest.approx(50_000, rel=0.01)
    box = view.extent
    edges = np.linspace(box.bottom, box.top, 301), np.linspace(box.left, box.right, 401)
    counts = np.histogram2d(coords[:, 1], coords[:, 0], edges)[0][::-1]
    expected = gaussian_filter(counts, 0.4 * view.x_scale) * view.x_scale * view.y_scale
    assert np.abs(density - expected).max() < 0.05 * expected.max()
    figure = draw_figure(subject, FigureOptions())
    (picture,) = [item for item in figure.page.items if isinstance(item, Pixels)]
    assert picture.pixels.reshape(-1, 3)[0].tolist() == look.colours.colormap.table[0].tolist()
    brightest = picture.pixels.sum(axis=2).argmax()
    found = np.array(np.unravel_index(brightest, picture.pixels.shape[:2]))
    assert (picture.pixels[tuple(found)] == look.colours.colormap.table[-1]).all()
    assert any(text.text == "points per square unit" for text in texts_of(subject))
    look.next_look()
    assert any(isinstance(item, Disc) for item in draw_figure(subject, FigureOptions()).page.items)
