"""Who may import what: upwards only, routes apart, heavy libraries where they are needed."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import gradcheck

ROOT = Path(gradcheck.__file__).parent

ORDER = [
    "errors",
    "limits",
    "examples",
    "primitives",
    "primitives.*",
    "syntax",
    "syntax.tree",
    "syntax.tokens",
    "syntax.messages",
    "syntax.indices",
    "syntax.building",
    "syntax.traps",
    "syntax.array_signs",
    "syntax.plain",
    "syntax.translation",
    "syntax.latex_words",
    "syntax.latex_names",
    "syntax.latex_frames",
    "syntax.latex_targets",
    "syntax.latex_building",
    "syntax.latex_brackets",
    "syntax.latex",
    "syntax.printing",
    "syntax.latex_printing",
    "shapes",
    "folding",
    "naming",
    "products",
    "syntax.mathml",
    "reading",
    "graph",
    "build",
    "rules",
    "arithmetic",
    "arithmetic.floats",
    "arithmetic.rationals",
    "arithmetic.balls",
    "arithmetic.columns",
    "arithmetic.residues",
    "arithmetic.formula",
    "arithmetic.matrix_formula",
    "arithmetic.symbols",
    "arithmetic.series",
    "arithmetic.complex_floats",
    "arithmetic.grids",
    "arithmetic.elimination",
    "arithmetic.ball_grids",
    "arithmetic.symbol_grids",
    "arithmetic.arrays",
    "arithmetic.forms",
    "arithmetic.algebra",
    "arithmetic.canonical",
    "arithmetic.zero",
    "forward",
    "decimals",
    "deadline",
    "forked",
    "pool",
    "cluster",
    "point",
    "domain",
    "declarations",
    "verdicts",
    "results",
    "routes",
    "routes.found",
    "routes.reverse",
    "routes.finite_difference",
    "routes.symbolic",
    "routes.pullbacks",
    "routes.array_slopes",
    "routes.symbolic_arrays",
    "routes.symbolic_matrices",
    "routes.worker",
    "smoothness",
    "compare",
    "arrays",
    "arrays.*",
    "claims.*",
    "choices",
    "arrays.rows",
    "described",
    "large",
    "evaluation",
    "studies",
    "studies.*",
    "self_check.*",
    "files.*",
    "batch",
    "feedback",
    "marking",
    "grading",
    "",  # gradcheck itself: the public names
    "reports.*",
    "commands.*",
    "cli",
    "pytest_plugin",
    "__main__",
]
"""Each file imports only from lines above it; the files of a room (``.*``) may also import each other."""

ROUTES = ("routes.reverse", "routes.finite_difference", "routes.symbolic")
ARRAY_ROUTES = ("routes.pullbacks", "routes.array_slopes", "routes.symbolic_arrays")

UNPICKLING = ("primitives", "primitives.table")
"""A row is pickled by its name, and found again in the table: the one look downwards."""


def name_of(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in sorted(ROOT.rglob("*.py"))}


def line_of(name):
    """The line of a module in ORDER."""
    for candidate in (name, f"{name.partition('.')[0]}.*"):
        if candidate in ORDER:
            return ORDER.index(candidate)
    return None


def is_type_checking(node):
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)


def imports_of(name):
    """The modules of gradcheck that a file imports anywhere, those for type checkers excepted."""
    found = set()
    stack = [ast.parse(MODULES[name].read_text(encoding="utf-8"))]
    while stack:
        node = stack.pop()
        if is_type_checking(node):
            stack.extend(node.orelse)
            continue
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: imports are absolute"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if inner.removeprefix("gradcheck.") in MODULES else node.module)
        stack.extend(ast.iter_child_nodes(node))
    return {full.removeprefix("gradcheck").removeprefix(".") for full in found if full.partition(".")[0] == "gradcheck"}


@pytest.mark.parametrize("name", MODULES)
def test_every_module_has_a_line_in_the_order(name):
    assert line_of(name) is not None, f"say in ORDER where {name} stands"


@pytest.mark.parametrize("name", MODULES)
def test_imports_point_upwards(name):
    here = line_of(name)
    assert here is not None
    for imported in imports_of(name):
        there = line_of(imported)
        same_room = ORDER[here].endswith(".*") and there == here
        allowed = there < here or same_room or (name, imported) == UNPICKLING
        assert allowed, f"gradcheck.{name} imports gradcheck.{imported}, which stands below it"


@pytest.mark.parametrize("name", [*ROUTES, *ARRAY_ROUTES])
def test_routes_never_import_each_other(name):
    """Not even through a third module."""
    reached, stack = set(), [name]
    while stack:
        for imported in imports_of(stack.pop()):
            if imported not in reached:
                reached.add(imported)
                stack.append(imported)
    assert not reached & ({*ROUTES, *ARRAY_ROUTES} - {name})


def test_finite_differences_see_no_rules():
    """Only the definitions of primitives, through the arithmetics; no derivative, no SymPy."""
    assert "rules" not in imports_of("routes.finite_difference")
    assert not {"rules", "routes.reverse"} & imports_of("routes.symbolic")
    assert not {"rules", "routes.reverse"} & imports_of("arithmetic.symbols")
    assert not {"primitives", "primitives.table", "rules"} & imports_of("arithmetic.formula")


def loaded_by(statement):
    """The top-level packages in sys.modules after a statement, in an interpreter of its own."""
    code = f"{statement}\nimport sys\nprint(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return set(done.stdout.split())


HEAVY = {"numpy", "sympy", "mpmath", "flint", "rich", "click"}


@pytest.mark.parametrize(
    ("modules", "allowed"),
    [
        (["errors", "limits", "primitives.scalar", "syntax.plain", "syntax.printing"], set()),
        (["build", "rules", "arithmetic.floats", "forward", "routes.reverse", "point", "results", "decimals"], set()),
        (["arithmetic.balls", "arithmetic.formula", "domain", "routes.finite_difference", "compare"], {"flint"}),
        (["evaluation"], {"flint"}),
        (["cli"], {"click"}),
    ],
    ids=lambda value: value[-1] if isinstance(value, list) else "",
)
def test_heavy_libraries_are_imported_where_they_are_needed(modules, allowed):
    loaded = loaded_by("\n".join(f"import gradcheck.{module}" for module in modules))
    assert loaded & HEAVY <= allowed


def test_a_gradient_in_floats_needs_the_standard_library_only():
    loaded = loaded_by(
        "from gradcheck.syntax.plain import parse\n"
        "from gradcheck.build import build\n"
        "from gradcheck.arithmetic.floats import Floats\n"
        "from gradcheck.forward import evaluate\n"
        "from gradcheck.routes.reverse import sweep\n"
        "graph = build(parse('x^2 sin(x) + gelu(x) + where(x > 0, max(x, 1), 0)'))\n"
        "values = evaluate(graph, Floats(), {'x': 2.0})\n"
        "sweep(graph, Floats(), values)"
    )
    assert not loaded & HEAVY
    outside = {name for name in loaded - set(sys.stdlib_module_names) if not name.startswith("_")}
    assert outside <= {"gradcheck"}


def test_the_package_is_light():
    assert not loaded_by("import gradcheck") & (HEAVY | {"dataclasses", "fractions", "decimal"})


def test_click_stays_at_the_command_line():
    outside = [
        name
        for name, path in MODULES.items()
        if name not in {"cli", "commands"} and not name.startswith("commands.") and "import click" in path.read_text()
    ]
    assert not outside


def test_a_right_claim_brings_what_it_needs_only(tmp_path):
    """No diagnosis, no pool of processes, no client of the web (which xml.sax brings), no SymPy, no NumPy."""
    path = tmp_path / "claims.csv"
    path.write_text("expr,wrt,claim\nx**2,x,2*x\n", encoding="utf-8")
    code = (
        "import sys\nfrom gradcheck.cli import run\n"
        f"assert run(['check', {str(path)!r}, '-q']) == 0\n"
        "print(*sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True, timeout=60)
    loaded = set(done.stderr.split())
    assert "gradcheck.claims.verify" in loaded
    unneeded = {
        "gradcheck.claims.diagnose",
        "multiprocessing",
        "concurrent",
        "urllib.request",
        "secrets",
        "sympy",
        "numpy",
    }
    assert not loaded & unneeded
