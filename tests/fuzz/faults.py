"""Faults that the file fuzzer must find; each is called in the worker before the first case."""

import os
import signal


def raise_key_error():
    """A loader that fails for files with a header."""
    from vizterm_core.load.heat import source

    right = source._read_text

    def wrong(*arguments):
        heat = right(*arguments)
        return {(): heat}[heat.names]

    source._read_text = wrong


def spin_or_die():
    """A heat that takes for ever, and headers that end the process."""
    from vizterm.heat import snapshot as heat_snapshot
    from vizterm_core.files.formats import npz

    def spin(*_):
        while True:
            pass

    heat_snapshot.print_heat = spin
    npz.NpzFile.__init__ = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
