"""What is photographed: commands, keys and movements, as data."""

from __future__ import annotations

import numpy as np
from tests.pictures.studio import Film, Hold, Keys, Move, Part, Still, Wheel


def spirals() -> dict[str, np.ndarray]:
    """A million points in six arms, with knots along them."""
    rng = np.random.default_rng(4)
    count = 1_000_000
    arm = rng.integers(0, 6, count)
    along = rng.beta(1.3, 1.8, count)
    along += 0.01 * np.sin(40 * along)
    angle = arm * np.pi / 3 + 4.5 * along + rng.normal(0, 0.16, count) * (1.1 - along)
    radius = 0.25 + 6 * along + rng.normal(0, 0.12, count)
    points = np.c_[radius * np.cos(angle) * 1.35, radius * np.sin(angle)]
    arms = np.array(["alpha", "beta", "gamma", "delta", "epsilon", "zeta"])
    return {"X": points.astype(np.float32), "labels": arms[arm]}


DATA = {"spirals": spirals}

EMOJI = "1,906"
OCTOPUS, VIOLIN = b"660g", b"1218g"
PIXELS = ["--dots", "pixels"]
CLOSER = Keys(b"+++++", each=True)

STILLS = (
    Still("scatter", "kitty", Part(["demo", *PIXELS], EMOJI, [Keys(OCTOPUS)])),
    Still("braille", "xterm", Part(["demo"], EMOJI, [Keys(OCTOPUS)])),
    Still(
        "thumbnails",
        "kitty",
        Part(["demo", *PIXELS], EMOJI, [Keys(VIOLIN), CLOSER, Keys(b"p")]),
    ),
    Still("million", "kitty", Part(["embed", "FILE", *PIXELS], "1,000,000", made="spirals")),
    Still("density", "kitty", Part(["demo", "digits"], "1,797", [Keys(b"412g"), Keys(b"v")])),
    Still(
        "beside", "kitty", Part(["demo", "digits", *PIXELS], "1,797", [Keys(b"412g"), Keys(b"B")])
    ),
    Still("sheet", "kitty", Part(["demo"], EMOJI, [Keys(OCTOPUS), Keys(b"Sl"), Keys(b"I")])),
    Still("heat", "kitty", Part(["demo", "clicks"], "clicks", [Move((60, 20), (62, 18))])),
    Still("overlay", "kitty", Part(["demo", "pagoda"], "sample", [Keys(b"]")])),
)

TOUR = Film(
    "tour",
    "kitty",
    [
        Part(
            ["demo", *PIXELS],
            EMOJI,
            [
                Hold(8),
                Move((20, 10), (60, 20), 20, 4),
                Keys(b"lklklkl", 3, each=True),
                Keys(b"p", 2),
                Wheel((58, 14), 6, 14),
                Move((58, 14), (40, 22), 10, 6),
            ],
        ),
        Part(["demo", "clicks"], "clicks", [Hold(6), Move((30, 10), (70, 26), 10, 4)]),
        Part(["demo", "pagoda"], "sample", [Hold(4), Keys(b"]]]]", 3, each=True)]),
    ],
)
