"""The tests themselves: what several of them need stands in tests/support."""

import ast
from pathlib import Path

TESTS = Path(__file__).parent


def imported(path):
    """Modules that a file imports."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_no_test_module_imports_another_one():
    modules = sorted(TESTS.rglob("test_*.py"))
    assert len(modules) > 50
    others = [
        f"{path.relative_to(TESTS)}: {name}"
        for path in modules
        for name in imported(path)
        if name.startswith("tests.") and ".test_" in name
    ]
    assert others == []


def test_a_helper_is_defined_once():
    defined = {}
    for path in (TESTS / "tui").rglob("test_*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                defined.setdefault(node.name, []).append(path.name)
    for name in ("text_of", "row_text", "until", "ready", "make_app", "run_here", "settled"):
        assert name not in defined, defined[name]
