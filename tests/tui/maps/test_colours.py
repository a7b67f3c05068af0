"""Colormap and norm: stepping, taking over, what is refused."""

import pytest

from vizterm.embed.scatter.density_look import DensityLook
from vizterm.embed.scatter.map_look import MapLook
from vizterm.heat.model import HeatOptions
from vizterm.maps.colours import ColourChoice
from vizterm.overlay.options import OverlayOptions
from vizterm_core.colour.colormaps import COLORMAPS
from vizterm_core.colour.norms import COUNT_NORMS
from vizterm_core.errors import UsageError
from vizterm_core.maps.overlay import OVERLAY_NORMS


@pytest.mark.parametrize("step", [1, -1])
def test_keys_step_through_all_and_come_round(step):
    colours = ColourChoice("jet", "log")
    maps, norms = [], []
    for _ in COLORMAPS:
        maps.append(colours.colormap.name)
        colours.next_colormap(step)
    for _ in COUNT_NORMS:
        norms.append(colours.norm_name)
        colours.next_norm(step)
    assert sorted(maps) == sorted(COLORMAPS)
    assert sorted(norms) == sorted(COUNT_NORMS)
    assert colours.describe() == "jet · log"


def test_from_a_reversed_colormap_one_goes_on_with_the_first():
    colours = ColourChoice("jet_r")
    colours.next_colormap(1)
    assert colours.colormap.name == COLORMAPS[0]


def test_without_colours_brighter_is_more():
    colours = ColourChoice()
    colours.without_colours()
    levels = colours.colormap.table.astype(int).sum(axis=1)
    assert (levels[1:] >= levels[:-1]).all()
    assert levels[0] < levels[-1]


def test_another_choice_is_taken_over():
    colours, older = ColourChoice(), ColourChoice("hot_r", "equalize")
    colours.take_over(older)
    assert colours.describe() == "hot_r · equalize"
    older.next_norm(1)
    assert colours.norm_name == "equalize"


@pytest.mark.parametrize("options", [HeatOptions, OverlayOptions])
@pytest.mark.parametrize(
    ("wrong", "said"), [({"norm": "loud"}, "there is no norm 'loud'"), ({"colormap": "x"}, "'x'")]
)
def test_options_are_checked_when_they_are_made(options, wrong, said):
    with pytest.raises(UsageError, match=said):
        options(**wrong)


@pytest.mark.parametrize(
    "wrong",
    [{"sigma": (-1.0, 2.0)}, {"vmin": 2.0, "vmax": 1.0}, {"vmax": float("nan")}],
)
def test_heat_options_without_a_meaning_are_refused(wrong):
    with pytest.raises(UsageError):
        HeatOptions(**wrong)


def test_density_and_maps_step_through_their_own_norms():
    for look, norms in ((DensityLook(), COUNT_NORMS), (MapLook(), OVERLAY_NORMS)):
        seen = set()
        for _ in range(len(norms)):
            look.colours.next_norm(1)
            seen.add(look.colours.norm_name)
        assert seen == set(norms)
