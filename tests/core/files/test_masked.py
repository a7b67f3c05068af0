import subprocess
import sys

import numpy as np

from vizterm_core.files.masked import is_masked, mask_of, unmasked


def test_masks_are_told_and_taken_off():
    plain, some = np.array([1, 2]), np.ma.array([1, 2], mask=[0, 1])
    none = np.ma.array([1, 2])
    assert [is_masked(values) for values in (plain, some, none, [1])] == [False, True, True, False]
    assert mask_of(plain) is None and mask_of(none) is None
    assert mask_of(some).tolist() == [False, True]
    mask_of(some)[0] = True
    assert some.mask.tolist() == [False, True]
    for values in (plain, some, none):
        assert type(unmasked(values)) is np.ndarray and unmasked(values).tolist() == [1, 2]


def test_a_file_without_masks_is_shown_without_numpys_masked_arrays(tmp_path):
    path = tmp_path / "data.npz"
    images = np.zeros((50, 4, 4))
    np.savez(path, X=np.eye(50)[:, :2], y=np.arange(50) % 3, images=images, split=["a", "b"] * 25)
    code = (
        "import sys; from vizterm_core.load import load_embedding; "
        "data = load_embedding(sys.argv[1]); data.images.picture(0); "
        "data.columns['split'].text(0); "
        "sys.exit('numpy.ma' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, path], check=True)
