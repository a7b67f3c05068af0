"""Files and arrays -> validated sources for the screens.  All validation lives here."""

from vizterm_core.files.data_file import DataFile
from vizterm_core.files.formats.npz import ArrayInfo, NpzFile
from vizterm_core.load.embedding import embedding_from_arrays, load_embedding
from vizterm_core.load.roles import Choice, Keys, choose_roles
from vizterm_core.scatter.embedding import Embedding

__all__ = [
    "ArrayInfo",
    "Choice",
    "DataFile",
    "Embedding",
    "Keys",
    "NpzFile",
    "choose_roles",
    "embedding_from_arrays",
    "load_embedding",
]
