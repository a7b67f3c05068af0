"""The screens from Python, as blocking calls like `plt.show()`."""

from __future__ import annotations

import os
import pathlib
from collections.abc import Callable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, Literal, ParamSpec, TypeVar

# Importing a room binds its name in the package, once.  `vizterm.embed` must be the function
# below, so the rooms come first.
import vizterm.embed
import vizterm.heat
import vizterm.overlay  # noqa: F401
from vizterm.shell.blas import import_numpy_limited

if TYPE_CHECKING:
    from vizterm.embed.figure.options import FigureOptions
    from vizterm.embed.reduce_options import ReduceOptions
    from vizterm.embed.result import EmbedResult
    from vizterm.embed.wanted import Wanted
    from vizterm_core.load import Keys

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def _called_from_python(
    function: Callable[Arguments, Result],
) -> Callable[Arguments, Result]:
    """Wrap a function of the API: numpy's threads, notebooks, too little memory."""

    @wraps(function)
    def call(*arguments: Arguments.args, **options: Arguments.kwargs) -> Result:
        import_numpy_limited()
        from vizterm.shell.notebook import frames_displayed
        from vizterm_core.errors import DataError

        try:
            with frames_displayed():
                return function(*arguments, **options)
        except MemoryError as error:
            raise DataError(
                "not enough memory for these arrays", "free some, or give fewer points"
            ) from error

    return call


@_called_from_python
def embed(
    X: Any,
    y: Any = None,
    *,
    coords: Any = None,
    labels: Any = None,
    images: Any = None,
    maps: Any = None,
    names: Any = None,
    columns: Any = None,
    vectors: Any = None,
    image_shape: tuple[int, ...] | None = None,
    value_range: tuple[float, float] | None = None,
    title: str | None = None,
    color_by: str | None = None,
    meaning: Literal["category", "quantity"] | None = None,
    where: str = "",
    dots: Literal["braille", "blocks", "pixels"] = "braille",
    output: str | os.PathLike[str] | None = None,
    figure_size: tuple[float, float] = (160, 110),
    dpi: int = 300,
    theme: Literal["light", "dark"] = "light",
    axes: bool = False,
    map_names: bool = True,
    reduce: Literal["none", "pca", "umap"] | None = None,
    neighbors: int = 15,
    min_dist: float = 0.1,
    metric: Literal["cosine", "euclidean"] | None = None,
    seed: int = 0,
    save_coords: str | os.PathLike[str] | None = None,
) -> EmbedResult:
    """Look at a labelled 2-D embedding, with the picture behind each point.

    Opens the screen of ``vizterm embed``; if standard output is no terminal, prints one frame,
    which a notebook displays as a picture.

    Parameters
    ----------
    X : (n, 2) array_like of real numbers, a table, or the path of a file
        Coordinates; (n, d) with d > 2 is reduced by PCA, and on the screen by UMAP a moment
        later; (epochs, n, 2), or a list of (n, 2), are the same points at several times, the last
        of which is shown first.  Or a DataFrame, AnnData, mapping of arrays or structured array, in
        which the rest is found by name, as in a file.
    y : (n,) array_like, or the name of a column, optional
        Labels: integers, booleans, dates or strings; many different floats are a quantity.
        None, NaN, NA, NaT and masked entries are missing.
    coords : name or names of columns, optional
        Where in a table the coordinates are: a map, its two axes, or several maps side by side.
    labels : optional
        The same as `y`.
    images : array_like, a sequence, or the name of a column, optional
        (n, h, w), (n, h, w, channels), (n, channels, h, w) or flat (n, values); or n Pillow
        images, encoded bytes, paths, or arrays of different shapes, None where there is none.
    maps : (n, h, w) array_like, or the name of a column, optional
        Feature maps to lay over the images, e.g. where a network looked.
    names : (n,) array_like of str, or the name of a column, optional
    columns : table, optional
        Further columns, to colour by and to read beside the points.
    vectors : (n, d) array_like, or the name of a column, optional
        What the map was made of: neighbours in the original space are found by it.
    image_shape : (rows, columns) or (rows, columns, channels), optional
    value_range : (low, high), optional
        The values of images drawn black and white; found in the data otherwise.
    title : str, optional
        "embedding", or the file's name, otherwise.
    color_by : str, optional
        The column to colour by at first; "none" for no colours.
    meaning : 'category' or 'quantity', optional
        What the values of that column, or the labels, are; by default what they look like.
    where : str, optional
        Show only points that meet a condition, e.g. ``'split == "test" and pred != label'``.
    dots : 'braille', 'blocks' or 'pixels'
        The way to draw points; pixels where the terminal draws pictures.
    output : path, optional
        Write a figure to this .png or .svg instead.
    figure_size : (width, height)
        Of figures, in millimetres.
    dpi : int
        Pixels of an inch of figures.
    theme : 'light' or 'dark'
        Background of figures.
    axes : bool
        Whether figures have axes.
    map_names : bool
        Whether the labels' names stand on the map.
    reduce : 'none', 'pca' or 'umap', optional
        The map to make of vectors; `none` takes their first two dimensions.  UMAP takes
        ``pip install 'vizterm[umap]'``, or umap-learn or cuML.
    neighbors : int
        Of UMAP: few show the grain, many the whole.
    min_dist : float
        Of UMAP: how near points may come to each other.
    metric : 'cosine' or 'euclidean', optional
        Of UMAP; by default the cosine for vectors of length 1.
    seed : int
        Of UMAP.
    save_coords : path, optional
        A .npy that the coordinates of the map are written to: (n, 2), NaN for rows without.

    Returns
    -------
    EmbedResult
        What was chosen on the screen: `pins`, the rows of the pinned points in the order
        in which they were pinned, `pinned`, the last of them or None, and `selected`, the rows of
        the selected ones, ascending.

    Raises
    ------
    vizterm_core.errors.VizError
        If the arrays can't be shown; the message says why and what to do.

    Examples
    --------
    >>> chosen = vizterm.embed(df, coords=["x", "y"], labels="species")  # doctest: +SKIP
    >>> df.iloc[chosen.selected]  # doctest: +SKIP
    """
    from vizterm.embed.request import EmbedRequest
    from vizterm.embed.session import show_embedding
    from vizterm.embed.ways import WAYS
    from vizterm_core.checks import as_choice, as_range, as_text
    from vizterm_core.errors import UsageError
    from vizterm_core.load import embedding_from_arrays
    from vizterm_core.load.keys import PictureOptions

    title = None if title is None else as_text(title, "title")
    wanted = _wanted(color_by, meaning, where)
    figure = _figure(output, figure_size, dpi, theme, axes=bool(axes))
    way = as_choice(dots, WAYS, "way to draw dots")
    reducing = _reducing(reduce, neighbors, min_dist, metric, seed, save_coords)
    if labels is not None and y is not None:
        raise UsageError("y and labels are the same", "give one of them")
    y = labels if y is None else y
    given = {"coords": coords, "labels": y, "images": images, "maps": maps, "names": names}
    if isinstance(X, str | os.PathLike):
        keys = _keys_of_file(given | {"vectors": vectors}, image_shape)
        options = PictureOptions(None, None if value_range is None else as_range(value_range))
        return show_embedding(
            EmbedRequest(
                X,
                keys,
                title,
                dots=way,
                wanted=wanted,
                pictures=options,
                figure=figure,
                map_names=bool(map_names),
                reducing=reducing,
            )
        )
    embedding = embedding_from_arrays(
        X,
        y,
        coords=coords,
        images=images,
        maps=maps,
        names=names,
        columns=columns,
        vectors=vectors,
        image_shape=image_shape,
        value_range=value_range,
        title="embedding" if title is None else title,
    )
    request = EmbedRequest(
        embedding,
        dots=way,
        wanted=wanted,
        figure=figure,
        map_names=bool(map_names),
        reducing=reducing,
    )
    return show_embedding(request)


def _wanted(color_by: Any, meaning: Any, where: Any) -> Wanted:
    """Return what is to be seen of the columns, checked."""
    from vizterm.embed.wanted import Wanted
    from vizterm_core.checks import as_choice, as_text
    from vizterm_core.scatter.meaning import Meaning

    column = None if color_by is None else as_text(color_by, "color_by")
    kinds = ("category", "quantity")
    kind = None if meaning is None else Meaning(as_choice(meaning, kinds, "meaning"))
    return Wanted(column, kind, as_text(where, "where"))


def _reducing(
    method: Any, neighbors: Any, min_dist: Any, metric: Any, seed: Any, save: Any
) -> ReduceOptions:
    """Return what maps are to be made, checked."""
    from vizterm.embed.reduce_options import AUTO, METHODS, ReduceOptions
    from vizterm_core.checks import as_choice, as_index, as_number
    from vizterm_core.errors import UsageError
    from vizterm_core.neighbours.metric import Metric
    from vizterm_core.reduce.parameters import Parameters

    if save is not None and not isinstance(save, str | os.PathLike):
        raise UsageError("save_coords is no path", "write save_coords='umap.npy'")
    metrics = tuple(each.value for each in Metric)
    parameters = Parameters(
        neighbours=as_index(neighbors, "neighbors"),
        min_dist=as_number(min_dist, "min_dist"),
        metric=None if metric is None else Metric(as_choice(metric, metrics, "metric")),
        seed=as_index(seed, "seed"),
    )
    return ReduceOptions(
        AUTO if method is None else as_choice(method, METHODS, "reduce"),
        parameters,
        None if save is None else pathlib.Path(save),
    )


def _figure(output: Any, size: Any, dpi: Any, theme: Any, *, axes: bool) -> FigureOptions:
    """Return what figures look like, checked."""
    from vizterm.embed.figure.options import THEMES, FigureOptions
    from vizterm_core.checks import as_choice, as_number
    from vizterm_core.errors import UsageError

    if output is not None and not isinstance(output, str | os.PathLike):
        raise UsageError("output is no path", "write output='figure.png'")
    if not isinstance(size, tuple | list) or len(size) != 2:
        raise UsageError("figure_size: not a width and a height", "write figure_size=(160, 110)")
    width, height = (as_number(side, "figure_size") for side in size)
    return FigureOptions(
        None if output is None else pathlib.Path(output),
        (width, height),
        round(as_number(dpi, "dpi")),
        as_choice(theme, THEMES, "theme"),
        axes,
    )


def _keys_of_file(given: dict[str, Any], image_shape: tuple[int, ...] | None) -> Keys:
    """Return names of columns of a file as keys; a UsageError for arrays."""
    from vizterm_core.checks import as_image_shape
    from vizterm_core.errors import UsageError
    from vizterm_core.load import Keys

    keys: dict[str, str | None] = {}
    for role, value in given.items():
        names = [value] if isinstance(value, str) else value
        many = isinstance(names, list | tuple)
        if names is not None and not (many and all(isinstance(name, str) for name in names)):
            raise UsageError(
                f"{role}: arrays can't be given beside a file", "give the name of a column in it"
            )
        keys[role] = None if names is None else ",".join(names)
    shape = None if image_shape is None else as_image_shape(image_shape)
    return Keys(**keys, image_shape=shape)


@_called_from_python
def heat(
    data: Any,
    *,
    size: tuple[int, int] | None = None,
    sigma: float | tuple[float, float] | None = None,
    cmap: str = "inferno",
    norm: str | None = None,
    background: Any = None,
    kind: Literal["events", "grid"] | None = None,
    columns: str | Sequence[str | int] | None = None,
    points: str | None = None,
    by: str | int | None = None,
    time: str | int | None = None,
    window: float | None = None,
    title: str = "heat",
    extent: tuple[float, float, float, float] | None = None,
    y: Literal["up", "down"] | None = None,
    transpose: bool = False,
    pixels: bool = False,
) -> None:
    """Look at events or a grid as a blurred heatmap.

    Opens the screen of ``vizterm heat``; if standard output is no terminal, prints one frame,
    which a notebook displays as a picture.

    Parameters
    ----------
    data : dict, array_like, table, iterable or path
        ``{(x, y): count}``; events (n, 2) or (n, 3) of x, y and weight; an (H, W) grid, of which
        masked cells are missing; ``(xs, ys)``; a DataFrame, an Arrow table, records or a dict of
        columns, whose names say which are x, y and the weight; a Series of `value_counts` of two
        columns; a list of dicts; or the name of a file.  Tensors may be on any device.
        x is the column, y the row, row 0 on top.
    size : (width, height), optional
        Size of the map in its own pixels; by default as large as the events need.
    extent : (left, right, top, bottom), optional
        The data's coordinates at the map's edges; top > bottom where y grows upwards.  By default
        the map's pixels from 0 where the data may be pixels, else as far as the data reach.
    y : {"up", "down"}, optional
        Where y grows: by default downwards on screens and in grids, upwards elsewhere.
    transpose : bool
        Whether x and y, rows and columns, are exchanged: for what `numpy.histogram2d` returns.
    pixels : bool
        Whether the map is drawn in pixels, where the terminal has pictures.
    sigma : float or (sigma_y, sigma_x), optional
        Standard deviation of the blur in map pixels; by default about an eightieth of the
        longer side.
    cmap : str
        One of `vizterm_core.colour.colormaps.COLORMAPS`; ``_r`` at its end reverses it.
    norm : str, optional
        One of `vizterm_core.colour.norms.COUNT_NORMS`; by default ``max`` for events,
        ``minmax`` for a grid.
    background : array_like or path, optional
        Picture to lay the heat over: an array, or the name of an image file.
    kind : {"events", "grid"}, optional
        How to read an array of two or three columns.
    columns : sequence of str or int, optional
        x, y and perhaps the weight: names, or places counted from 1.
    points : str, optional
        Where points stand in JSON, or in nested dicts: "data.clicks".
    by : str, optional
        The column of groups: a map for each, all in one scale.
    time : str, optional
        The column of times: an axis of time to play.
    window : float, optional
        With `time`, the seconds up to the end that are shown first.
    title : str

    Raises
    ------
    vizterm_core.errors.VizError
        If the data can't be shown; the message says why and what to do.
    """
    from vizterm.heat.model import HeatOptions
    from vizterm.heat.request import HeatRequest
    from vizterm.heat.session import show_heat
    from vizterm_core.checks import as_choice, as_number, as_text
    from vizterm_core.load.events.options import as_event_options
    from vizterm_core.load.heat.source import heat_source
    from vizterm_core.maps.placing import Placing
    from vizterm_core.pictures.image_file import read_image
    from vizterm_core.pictures.rgb import to_rgb

    title = as_text(title, "title")
    options = HeatOptions(sigma, cmap, norm)
    page = None
    if isinstance(background, str | os.PathLike):
        page = read_image(background)
    elif background is not None:
        page = to_rgb(background)
    if kind is not None:
        as_choice(kind, ("events", "grid"), "kind")
    reading = as_event_options(columns=columns, points=points, by=by, time=time)
    source = heat_source(data, kind=kind, title=title, options=reading)
    placing = Placing(size, None, extent, y, transpose)
    show_heat(
        HeatRequest(
            source,
            placing,
            options,
            background=page,
            by="" if by is None else str(by),
            timed=time is not None,
            window=None if window is None else as_number(window, "window"),
            pixels=pixels is True,
        )
    )


@_called_from_python
def overlay(
    image: Any,
    feature: Any,
    *,
    channel: int | str = 0,
    mode: str = "color",
    alpha: float = 0.5,
    cmap: str = "jet",
    norm: str = "minmax",
    fit: str = "feature",
    vmin: float | None = None,
    vmax: float | None = None,
    layout: str | None = None,
    transpose: bool = False,
    missing: Sequence[float] | None = None,
    image_range: tuple[float, float] | None = None,
    index: int = 0,
    token: int | None = None,
    title: str = "overlay",
) -> None:
    """Look at maps over an image: image | heatmap | overlay, or several maps side by side.

    Opens the screen of ``vizterm overlay``; if standard output is no terminal, prints one frame,
    which a notebook displays as a picture.

    Parameters
    ----------
    image : array_like, tensor, Pillow image or path
        (H, W), (H, W, C) or (C, H, W) with C = 1, 3 or 4, or a batch of these.
    feature : array_like, tensor, Pillow image, DataFrame or path; or several of them
        (h, w), (C, h, w), (N, C, h, w), channels last, tokens (T, D) or attention
        (heads, T, T) of real numbers; masks and class maps; masked arrays, whose masked values are
        missing.  A list, or a dict by name, is several maps with one scale.
    channel : int or {"mean", "max", "l2"}
        Shown first.
    mode, alpha, cmap, norm, fit
        As in `vizterm_core.maps.overlay.overlay`.
    vmin, vmax : float, optional
        Values of the map at the ends of the colours; by the norm otherwise.
    layout : str, optional
        One of `vizterm_core.maps.feature_layout.LAYOUTS`; found by shape otherwise.
    transpose : bool
        Exchange rows and columns of the maps.
    missing : sequence of float, optional
        Values that stand for nothing; found otherwise, none for ``[]``.
    image_range : (low, high), optional
        Values of the image drawn black and white; found otherwise.
    index : int
        The entry of a batch that is shown first.
    token : int, optional
        The token whose attention is shown; by default the class token, or the mean of all.
    title : str

    Raises
    ------
    vizterm_core.errors.VizError
        If the data can't be shown; the message says why and what to do.
    """
    from vizterm.overlay.options import OverlayOptions
    from vizterm.overlay.request import OverlayRequest
    from vizterm.overlay.session import show_overlay
    from vizterm_core.checks import as_index, as_list, as_number, as_range, as_text
    from vizterm_core.load.overlay.source import FeatureOptions, ImageOptions, overlay_source

    title = as_text(title, "title")
    gone = None
    if missing is not None:
        gone = tuple(as_number(value, "missing") for value in as_list(missing, "missing"))
    values = None if image_range is None else as_range(image_range, "image_range")
    options = OverlayOptions(
        channel,
        mode,
        alpha,
        cmap,
        norm,
        fit,
        vmin=vmin,
        vmax=vmax,
        index=as_index(index, "index"),
        token=None if token is None else as_index(token, "token"),
    )
    source = overlay_source(
        image,
        feature,
        options=ImageOptions(value_range=values),
        feature_options=FeatureOptions(layout, bool(transpose), gone),
        title=title,
    )
    show_overlay(OverlayRequest(source, options))
