"""From files and arrays to validated sources for the screens; all validation is here."""

from vizterm_core.files.data_file import DataFile
from vizterm_core.files.formats import open_source
from vizterm_core.files.source import ArraySpec, Source
from vizterm_core.load.embedding import embedding_from_arrays, load_embedding
from vizterm_core.load.keys import Keys
from vizterm_core.load.opening import open_data
from vizterm_core.load.roles import Choice, choose_roles
from vizterm_core.scatter.embedding import Embedding

__all__ = [
    "ArraySpec",
    "Choice",
    "DataFile",
    "Embedding",
    "Keys",
    "Source",
    "choose_roles",
    "embedding_from_arrays",
    "load_embedding",
    "open_data",
    "open_source",
]
