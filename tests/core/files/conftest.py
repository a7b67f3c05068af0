"""Zip files made member by member."""

import zipfile

import pytest


@pytest.fixture
def save(tmp_path):
    """Write zip members: save({"X.npy": bytes, ...}) -> path."""

    def write(members, method=zipfile.ZIP_STORED):
        path = tmp_path / "data.npz"
        with zipfile.ZipFile(path, "w", method) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return path

    return write
