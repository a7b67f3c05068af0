"""Which array of a file is the image, and which are the features: by key, by name, by shape."""

from __future__ import annotations

from vizterm_core.errors import DataError, VizError
from vizterm_core.files.source import ArraySpec, Source
from vizterm_core.load.choose import asked_for, find_key, listed, named, only_one
from vizterm_core.load.overlay.features import FeatureOptions, check_feature
from vizterm_core.load.overlay.images import ImageOptions, image_layout
from vizterm_core.pictures.rgb import find_layout

IMAGE_NAMES = ("image", "img", "picture", "X_plot")
FEATURE_NAMES = (
    *("feature", "features", "feature_map", "maps"),
    *("cam", "activation", "attention", "heat"),
)

_COLOURS = (3, 4)
_GREY = 1
_LEAST_AXES = 2
"""Axes of a feature that is found by its shape: one may be anything."""


def choose_both(
    source: Source, image_key: str | None, feature_key: str | None
) -> tuple[ArraySpec, list[ArraySpec]]:
    """Choose the image by name first, by shape only after the features were found by name."""
    features = _features_by_name(source, feature_key, None)
    image = choose_image(source, image_key, features[0] if features else None)
    return image, features or choose_features(source, feature_key, image)


def choose_image(source: Source, key: str | None, other: ArraySpec | None = None) -> ArraySpec:
    """Return the array of the image: not the one that is something else.

    Raises
    ------
    DataError, UsageError
        If there is no such array, or several could be it.
    """
    if key is not None:
        return asked_for(source, "--image-key", key)
    taken = () if other is None else (other.name,)
    found = next(iter(named(source, IMAGE_NAMES, taken)), None)
    if found is not None:
        return found
    left = [spec for spec in source.columns.values() if spec is not other]
    for channels in (_COLOURS, (_GREY,)):
        fitting = [spec for spec in left if _channels_of(spec) in channels]
        if found := only_one(fitting, "image", "choose with --image-key KEY"):
            return found
    if found := only_one(list(filter(_is_batch, left)), "image", "choose with --image-key KEY"):
        return found
    raise _none_fits(source, "image", "an image is (H, W), (H, W, 1|3|4) or (1|3|4, H, W)")


def choose_features(
    source: Source, key: str | None, other: ArraySpec | None = None
) -> list[ArraySpec]:
    """Return the arrays of the features: one, or those of several keys with commas between.

    Raises
    ------
    DataError, UsageError
        If there is no such array, or several could be it.
    """
    if found := _features_by_name(source, key, other):
        return found
    left = [spec for spec in source.columns.values() if spec is not other]
    fitting = [spec for spec in left if _can_be_features(spec)]
    if only := only_one(fitting, "feature", "choose with --feature-key KEY, or KEY,KEY"):
        return [only]
    raise _none_fits(source, "feature", "features are (h, w), [C, h, w] or [1, C, h, w]")


def _features_by_name(source: Source, key: str | None, other: ArraySpec | None) -> list[ArraySpec]:
    if key is not None:
        # A comma may be part of a name.
        keys = [key] if find_key(source, key) is not None else key.split(",")
        return [asked_for(source, "--feature-key", each) for each in keys]
    taken = () if other is None else (other.name,)
    return named(source, FEATURE_NAMES, taken)[:1]


def _channels_of(spec: ArraySpec) -> int | None:
    """Return the channels of the picture that an array could be; None if it can't be one."""
    try:
        layout = find_layout(spec.shape, spec.dtype)
    except VizError:
        return None
    return spec.shape[layout.index("C")] if "C" in layout else _GREY


def _is_batch(spec: ArraySpec) -> bool:
    try:
        layout, batch = image_layout(spec.shape, spec.dtype, spec.name, ImageOptions())
    except VizError:
        return False
    return batch and spec.shape[1:][layout.index("C")] in _COLOURS


def _can_be_features(spec: ArraySpec) -> bool:
    if len(spec.shape) < _LEAST_AXES:
        return False
    try:
        check_feature(spec.shape, spec.dtype, spec.name, None, FeatureOptions())
    except VizError:
        return False
    return True


def _none_fits(source: Source, role: str, shapes: str) -> DataError:
    if not source.columns:
        return DataError(
            "the file holds no arrays", "np.savez('sample.npz', image=image, feature=feature)"
        )
    return DataError(f"no {role} among {listed(source.columns.values())}", shapes)
