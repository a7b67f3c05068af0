"""Tags: what the file holds after each change, and what is read of it."""

import errno
import os
import signal
import subprocess
import sys
import threading

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vizterm_core.errors import DataError, UsageError
from vizterm_core.load import embedding_from_arrays, load_embedding
from vizterm_core.scatter.where import parse_where
from vizterm_core.tags import journal as journal_module
from vizterm_core.tags.beside import journal_of, path_beside
from vizterm_core.tags.columns import with_tags
from vizterm_core.tags.journal import Journal
from vizterm_core.tags.lines import one_line
from vizterm_core.tags.tags import Tags, as_tag

NAMES = np.array([f"cat_{row:03}.png" for row in range(10)])


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data.tags.csv"


def tags_at(path, total=10, names=None):
    return Tags(total, names, Journal(path))


def held(tags):
    return {tag: tags.rows(tag).tolist() for tag in sorted(tags.counts)}


def by_pandas(path):
    """What a person gets who knows nothing of vizterm."""
    table = pd.read_csv(path)
    last = table.drop_duplicates(["row", "tag"], keep="last")
    found = last[last.change == "added"]
    return {tag: sorted(group.row) for tag, group in sorted(found.groupby("tag"))}


def test_the_file_says_what_was_done(path):
    tags = tags_at(path, names=NAMES)
    assert not path.exists()
    assert tags.add([3, 5], "blurry").count == 2
    assert tags.remove([5], "blurry").count == 1
    assert tags.add([1], 'odd, "really"').count == 1
    lines = path.read_text().splitlines()
    fields = [line.rpartition(",2")[0] + "|" + line.rpartition(",")[2] for line in lines[1:]]
    assert lines[0] == "row,name,tag,time,change"
    assert fields == [
        "3,cat_003.png,blurry|added",
        "5,cat_005.png,blurry|added",
        "5,cat_005.png,blurry|removed",
        '1,cat_001.png,"odd, ""really"""|added',
    ]
    assert held(tags) == held(tags_at(path, names=NAMES)) == by_pandas(path)
    assert held(tags) == {"blurry": [3], 'odd, "really"': [1]}
    assert tags.of(3) == ("blurry",) and tags.of(4) == ()
    assert pd.to_datetime(pd.read_csv(path).time).dt.tz is not None


def test_nothing_is_written_where_nothing_changes(path):
    tags = tags_at(path)
    tags.add([1], "a")
    before = path.read_bytes()
    assert tags.add([1], "a").count == 0
    assert tags.remove([2], "a").count == 0
    assert path.read_bytes() == before


def test_undo_is_written_too(path):
    tags = tags_at(path)
    tags.add([1, 2], "a")
    tags.add([2, 3], "a")
    tags.remove([1], "a")
    assert held(tags) == {"a": [2, 3]}
    for wanted in ({"a": [1, 2, 3]}, {"a": [1, 2]}, {}):
        tags.undo()
        assert held(tags) == held(tags_at(path)) == by_pandas(path) == wanted
    assert tags.undo() is None
    # What others did before is theirs.
    assert tags_at(path).undo() is None


def test_a_value_takes_the_place_of_another(path):
    tags = tags_at(path)
    tags.add([1, 2, 3], "label = cat")
    step = tags.add([2, 3, 4], "label=dog")
    assert step.count == 3
    tags.add([2], "seen")
    wanted = {"label=cat": [1], "label=dog": [2, 3, 4], "seen": [2]}
    assert held(tags) == held(tags_at(path)) == by_pandas(path) == wanted
    tags.undo()
    tags.undo()
    assert held(tags) == held(tags_at(path)) == {"label=cat": [1, 2, 3]}


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["add", "remove", "undo", "again"]),
            st.lists(st.integers(0, 9), max_size=6),
            st.sampled_from(["a", "b", "label=x", "label=y", "ü, \N{CAT FACE}"]),
        ),
        max_size=25,
    )
)
@settings(max_examples=60, deadline=None)
def test_what_is_read_again_is_what_was_there(tmp_path_factory, changes):
    path = tmp_path_factory.mktemp("tags") / "data.tags.csv"
    tags = tags_at(path, names=NAMES)
    for what, rows, tag in changes:
        if what == "again":
            tags = tags_at(path, names=NAMES)
        elif what == "undo":
            tags.undo()
        else:
            getattr(tags, what)(rows, tag)
    again = tags_at(path, names=NAMES)
    assert held(again) == held(tags) and not again.notes
    assert again.changes() == tags.changes()
    if path.exists():
        assert by_pandas(path) == held(tags)


@pytest.mark.parametrize("text", ["", " \n ", "x" * 201], ids=["empty", "blank", "long"])
def test_what_is_no_tag(text, path):
    with pytest.raises(UsageError, match="a tag"):
        tags_at(path).add([1], text)
    assert not path.exists()


def test_tags_are_one_line(path):
    assert as_tag(" two\nlines ") == "two lines"
    names = np.array(["a\nb", 'c"d', "e,f", "\x1b[31m", "", "\N{LINE SEPARATOR}x"])
    tags = tags_at(path, 6, names)
    tags.add(np.arange(6), "x")
    assert len(path.read_bytes().splitlines()) == 7
    again = tags_at(path, 6, names)
    assert held(again) == {"x": [0, 1, 2, 3, 4, 5]} and not again.notes
    assert one_line("a\nb") == "a b"


def test_rows_are_found_by_name_where_the_order_has_changed(path):
    tags_at(path, names=NAMES).add([0, 3, 9], "odd")
    order = np.roll(NAMES, 4)[:9]
    again = tags_at(path, 9, order)
    assert [order[row] for row in again.rows("odd")] == [
        "cat_009.png",
        "cat_000.png",
        "cat_003.png",
    ]
    assert again.notes == ("tags: 3 rows were found by name in another place",)
    fewer = tags_at(path, 5, NAMES[:5])
    assert held(fewer) == {"odd": [0, 3]}
    assert fewer.notes == ("tags: 1 tagged row is not here",)


def test_a_name_that_several_have_moves_no_tag(path):
    names = np.array(["a", "b", "b", "c"])
    tags_at(path, 4, names).add([2], "odd")
    assert held(tags_at(path, 4, names)) == {"odd": [2]}
    assert held(tags_at(path, 4, np.array(["b", "a", "c", "b"]))) == {}


def test_rows_without_names_are_found_by_number(path):
    tags_at(path).add([2, 8], "odd")
    assert held(tags_at(path, 5)) == {"odd": [2]}
    # The data have names now.
    assert held(tags_at(path, names=NAMES)) == {"odd": [2, 8]}


@pytest.mark.parametrize("cut", [1, 4, 9, 20, 30])
def test_a_last_line_that_a_crash_has_cut(path, cut):
    tags = tags_at(path, names=NAMES)
    tags.add([1], "a")
    whole = path.read_bytes()
    tags.add([2], 'b, "quoted"')
    path.write_bytes(path.read_bytes()[: len(whole) + cut])
    again = tags_at(path, names=NAMES)
    assert held(again) == {"a": [1]}
    assert again.notes == ("data.tags.csv: 1 damaged line left out",)
    again.add([3], "c")
    assert held(tags_at(path, names=NAMES)) == by_pandas(path) == {"a": [1], "c": [3]}
    assert not tags_at(path, names=NAMES).notes


def test_a_last_line_that_only_lacks_its_end(path):
    tags_at(path).add([1], "a")
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    tags_at(path).add([2], "b")
    assert held(tags_at(path)) == by_pandas(path) == {"a": [1], "b": [2]}


def test_damage_is_left_out_line_by_line(path):
    tags_at(path).add([1, 2], "a")
    damage = (
        b'3,"open,quote,x,added\n\xff\xfe,,,\nabc,,a,t,added\n4,,a,t,perhaps\n5,,,t,added\n'
        + (b"9" * 70_000 + b"\n99999999999999999999,,a,t,added\n-1,,a,t,added\n")
    )
    path.write_bytes(path.read_bytes() + damage)
    tags_at(path).add([7], "a")
    again = tags_at(path)
    assert held(again) == {"a": [1, 2, 7]}
    assert again.notes == ("data.tags.csv: 8 damaged lines left out",)


def test_a_file_from_windows_and_one_without_header(path):
    path.write_bytes(b"\xef\xbb\xbfrow,name,tag,time,change\r\n1,,a,t,added\r\n")
    assert held(tags_at(path)) == {"a": [1]} and not tags_at(path).notes
    path.write_bytes(b"1,,a,t,added\n")
    assert held(tags_at(path)) == {"a": [1]}


def test_what_can_not_be_read_is_said(path):
    path.mkdir()
    tags = tags_at(path)
    assert not tags and "can't read data.tags.csv" in tags.notes[0]
    with pytest.raises(DataError, match=r"not saved yet: can't write data\.tags\.csv"):
        tags.add([1], "a")
    assert held(tags) == {"a": [1]} and tags.unsaved


# nothing is lost


def test_a_full_disk_loses_nothing(path, monkeypatch):
    tags = tags_at(path)
    tags.add([1], "a")
    before = path.read_bytes()
    real = os.write

    def full(descriptor, data):
        if len(data) > 8:
            return real(descriptor, bytes(data[:8]))
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(journal_module.os, "write", full)
    with pytest.raises(DataError, match="No space left on device; tags are kept here meanwhile"):
        tags.add([2], "b")
    with pytest.raises(DataError, match="No space left"):
        tags.save()
    assert path.read_bytes() == before
    assert held(tags) == {"a": [1], "b": [2]} and tags.unsaved
    monkeypatch.undo()
    tags.add([3], "c")
    assert held(tags_at(path)) == by_pandas(path) == {"a": [1], "b": [2], "c": [3]}
    assert not tags.unsaved


_LIMITED = """
import resource, signal, sys
from pathlib import Path
from vizterm_core.errors import DataError
from vizterm_core.tags.journal import Journal
from vizterm_core.tags.tags import Tags
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
tags = Tags(100, None, Journal(Path(sys.argv[1])))
tags.add([1], "a")
size = Path(sys.argv[1]).stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 10, resource.RLIM_INFINITY))
try:
    tags.add(list(range(50)), "b")
except DataError as error:
    print(error)
assert Path(sys.argv[1]).stat().st_size == size
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
tags.save()
"""


def test_a_real_limit_of_the_file_loses_nothing(path):
    run = subprocess.run(
        [sys.executable, "-c", _LIMITED, str(path)], capture_output=True, text=True, check=True
    )
    assert "not saved yet" in run.stdout and "File too large" in run.stdout
    assert held(tags_at(path, 100)) == {"a": [1], "b": list(range(50))}


_ENDLESS = """
import sys
from pathlib import Path
from vizterm_core.tags.journal import Journal
from vizterm_core.tags.tags import Tags
tags = Tags(100_000, None, Journal(Path(sys.argv[1])))
for row in range(100_000):
    tags.add([row, row + 1], "a")
    print(row, flush=True)
"""


def test_a_kill_between_two_tags_loses_nothing(path):
    with subprocess.Popen(
        [sys.executable, "-c", _ENDLESS, str(path)], stdout=subprocess.PIPE, text=True
    ) as process:
        told = [int(process.stdout.readline()) for _ in range(25)]
        process.send_signal(signal.SIGKILL)
        told += [int(line) for line in process.stdout.read().split() if line.isdigit()]
    found = tags_at(path, 100_000).rows("a").tolist()
    assert found[: told[-1] + 2] == list(range(told[-1] + 2))
    # And at most the next one, which may have been on its way.
    assert len(found) <= told[-1] + 3


_MANY = """
import sys
from pathlib import Path
from vizterm_core.tags.journal import Journal
from vizterm_core.tags.tags import Tags
start = int(sys.argv[2])
tags = Tags(100_000, None, Journal(Path(sys.argv[1])))
sys.stdin.readline()
for row in range(start, start + 200, 2):
    tags.add([row, row + 1], f"by {start}")
"""


def test_two_sessions_at_once(path):
    path.write_bytes(b"1,,a,t,added")
    starts = (1000, 5000)
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", _MANY, str(path), str(start)], stdin=subprocess.PIPE
        )
        for start in starts
    ]
    for process in processes:
        process.stdin.write(b"\n")
        process.stdin.flush()
    for process in processes:
        process.stdin.close()
        assert process.wait() == 0
    wanted = {f"by {start}": list(range(start, start + 200)) for start in starts}
    again = tags_at(path, 100_000)
    assert held(again) == wanted | {"a": [1]} and not again.notes


def test_threads_of_one_session(path):
    tags = tags_at(path, 1000)
    threads = [
        threading.Thread(target=lambda k=k: [tags.add([row], f"t{k}") for row in range(k, 200, 4)])
        for k in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert held(tags_at(path, 1000)) == {f"t{k}": list(range(k, 200, 4)) for k in range(4)}


# columns


def test_tags_are_columns(path):
    embedding = embedding_from_arrays(
        {"x": np.arange(6.0), "y": np.arange(6.0), "label": [*"aabbcc"]}
    )
    tags = Tags(6)
    tags.add([0, 1], "odd")
    tags.add([1, 2], "blurry")
    tags.add([5], "label=cat")
    shown = with_tags(embedding, tags)
    assert [*shown.columns][:2] == ["tag", "label (tagged)"]
    tag = shown.columns["tag"]
    assert [tag.text(row) for row in range(6)] == ["odd", "blurry, odd", "blurry", "", "", ""]
    assert shown.columns["label (tagged)"].text(5) == "cat"

    def rows(condition):
        return np.flatnonzero(parse_where(condition, shown.columns).mask(None, 6)).tolist()

    assert rows('tag == "odd"') == [0]
    assert rows('"odd" in tag') == [0, 1]
    assert rows("tag is missing") == [3, 4, 5]
    labels = shown.coloured("tag").labels
    assert sorted(name for name in labels.names if "odd" in name or "blurry" in name) == [
        "blurry", "blurry, odd", "odd",
    ]  # fmt: skip
    tags.undo()
    again = with_tags(shown, tags)
    assert [*again.columns] == ["tag", *embedding.columns]
    assert [*with_tags(again, Tags(6)).columns] == [*embedding.columns]


def test_many_rows_are_tagged_at_once(path):
    tags = tags_at(path, 200_000)
    tags.add(np.arange(0, 200_000, 2), "even")
    assert tags_at(path, 200_000).counts == {"even": 100_000}


def test_tags_beside_an_array_are_no_table_of_it(tmp_path):
    np.save(tmp_path / "features.npy", np.random.default_rng(0).normal(size=(10, 4)))
    tags_at(tmp_path / "features.tags.csv").add(np.arange(10), "all")
    embedding = load_embedding(tmp_path / "features.npy")
    assert not embedding.columns and not embedding.left_out


@pytest.mark.parametrize(
    ("data", "tags"),
    [("a/data.npz", "a/data.tags.csv"), ("photos", "photos.tags.csv"), ("x.csv.gz", "x.tags.csv"),
     (".npz", ".npz.tags.csv"), ("a.zarr.zip", "a.tags.csv")],
)  # fmt: skip
def test_where_they_are_kept(data, tags, tmp_path):
    assert path_beside(tmp_path / data) == tmp_path / tags


def test_data_that_can_not_be_written_to_have_their_tags_with_the_person(tmp_path, monkeypatch):
    """What lies beside the data is read first; nothing is written there."""
    shared, personal = tmp_path / "shared", tmp_path / "home" / "tags"
    shared.mkdir()
    data = shared / "data.npz"
    tags_at(shared / "data.tags.csv").add(np.array([1, 2]), "theirs")
    before = (shared / "data.tags.csv").read_bytes()
    monkeypatch.setattr(os, "access", lambda path, _: str(shared) not in os.path.realpath(path))
    (shared / "x").mkdir()
    journal = journal_of(data, personal)
    assert journal.elsewhere and str(personal) in journal.name
    tags = Tags(10, None, journal)
    tags.remove(np.array([1]), "theirs")
    tags.add(np.array([5]), "mine")
    assert (shared / "data.tags.csv").read_bytes() == before
    again = Tags(10, None, journal_of(data, personal))
    assert held(again) == {"theirs": [2], "mine": [5]} and not again.notes
    # Other data of that name have other tags, and so does the same by another path.
    other = journal_of(shared / "x" / "data.npz", personal)
    assert other.elsewhere and other.path != journal.path
    roundabout = tmp_path / "home" / ".." / "shared" / "data.npz"
    assert journal_of(roundabout, personal).path == journal.path
    # Once the folder can be written to, none is lost.
    monkeypatch.undo()
    later = journal_of(data, personal)
    assert later.path == shared / "data.tags.csv" and not later.elsewhere
    assert held(Tags(10, None, later))["mine"] == [5]
    assert journal_of(data).before is None
