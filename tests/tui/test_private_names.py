"""Attributes of ours with the name of one of Textual's, which would break it silently."""

import ast
import functools
import importlib
import inspect
import pkgutil

from textual.message_pump import MessagePump

import vizterm


def assigned(source):
    """Names of private attributes that a class's source assigns to `self`, or in its body."""
    tree = ast.parse(inspect.cleandoc(source) if source.startswith(" ") else source)
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            if isinstance(node.value, ast.Name) and node.value.id == "self":
                names.add(node.attr)
        elif isinstance(node, ast.ClassDef):
            for item in node.body:
                targets = getattr(item, "targets", None) or [getattr(item, "target", None)]
                names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return {name for name in names if name.startswith("_") and not name.endswith("__")}


def our_classes():
    for module in pkgutil.walk_packages(vizterm.__path__, "vizterm."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    waiting, found = [MessagePump], set()
    while waiting:
        for kind in waiting.pop().__subclasses__():
            waiting.append(kind)
            if kind.__module__.startswith("vizterm."):
                found.add(kind)
    return sorted(found, key=lambda kind: kind.__qualname__)


@functools.cache
def private_names(base):
    inherited = {name for name in vars(base) if name.startswith("_")}
    return assigned(inspect.getsource(base)) | inherited


def clashes(kind):
    bases = [base for base in kind.__mro__ if base.__module__.startswith("textual.")]
    theirs = set().union(*map(private_names, bases))
    return assigned(inspect.getsource(kind)) & theirs


class Clashing(MessagePump):
    def __init__(self):
        self._closed = False


def test_a_clash_is_found():
    assert clashes(Clashing) == {"_closed"}


def test_no_attribute_of_ours_is_one_of_textuals():
    kinds = our_classes()
    assert len(kinds) > 15
    allowed = "vizterm.terminal.textual_private"
    found = {
        f"{kind.__qualname__}.{name}"
        for kind in kinds
        if not kind.__module__.startswith(allowed)
        for name in clashes(kind)
    }
    assert not found
