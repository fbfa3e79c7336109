"""What the pages about standards call met is done by a file that is there and watched by a test that is there."""

from __future__ import annotations

import ast
import re

import pytest

from cognitive_assessment.config import REPOSITORY_ROOT

SOURCES = REPOSITORY_ROOT / "backend" / "src" / "cognitive_assessment"
TESTS = REPOSITORY_ROOT / "backend" / "tests"
FRONTEND = REPOSITORY_ROOT / "frontend"
ASVS = REPOSITORY_ROOT / "docs" / "reference" / "asvs.md"
HIPAA = REPOSITORY_ROOT / "docs" / "reference" / "hipaa.md"
# the level of each requirement of ASVS 5.0.0, section by section: the first digit is that of the first requirement
LEVELS = """
1.1 22  1.2 1111122223  1.3 112222222223  1.4 222  1.5 123
2.1 122  2.2 112  2.3 12223  2.4 23
3.1 3  3.2 113  3.3 12223  3.4 11222233  3.5 11122333  3.6 3  3.7 22333
4.1 12233  4.2 23333  4.3 22  4.4 1222
5.1 2  5.2 112333  5.3 113  5.4 222
6.1 122  6.2 111111112222  6.3 11223333  6.4 112233  6.5 22222333  6.6 2223  6.7 33  6.8 2222
7.1 222  7.2 1111  7.3 22  7.4 11222  7.5 223  7.6 22
8.1 1233  8.2 1123  8.3 133  8.4 23
9.1 111  9.2 1222
10.1 22  10.2 223  10.3 22223  10.4 1111122222233333  10.5 22222  10.6 22  10.7 222
11.1 2233  11.2 22233  11.3 11233  11.4 1222  11.5 23  11.6 23  11.7 33
12.1 12233  12.2 11  12.3 22223
13.1 2333  13.2 222223  13.3 2233  13.4 1222233
14.1 22  14.2 12223333  14.3 122
15.1 12233  15.2 12233  15.3 1222222  15.4 3333
16.1 2  16.2 22222  16.3 2222  16.4 222  16.5 2223
17.1 23  17.2 22223333  17.3 22
"""
ROW = re.compile(
    r"^\| (V[\d.]+|164\.312\S+) \| (\w+) \| ([^|]+) \| ([^|]+) \| (?:`(.*?)`)? ?\| (?:`(.*?)`)? ?\|$", re.MULTILINE
)


def rows(page):
    found = ROW.findall(page.read_text())
    assert len(found) == len(re.findall(r"^\| (?:V\d|164)", page.read_text(), re.MULTILINE)), (
        "a row is not of this form"
    )
    return found


def test_every_requirement_of_the_first_two_levels_is_there_with_its_level():
    levels = {
        f"V{section}.{number}": level
        for section, digits in re.findall(r"([\d.]+) (\d+)", LEVELS)
        for number, level in enumerate(digits, 1)
        if level in "12"
    }
    assert len(levels) == 253
    assert {name: level for name, level, *_ in rows(ASVS)} == levels
    assert len(rows(ASVS)) == len(levels)


def test_the_counts_at_the_top_are_those_of_the_rows():
    states = [state.partition(":")[0] for _, _, _, state, _, _ in rows(ASVS)]
    counted = tuple(states.count(one) for one in ("met", "not applicable", "not met"))
    told = re.search(r"Of 253 requirements (\d+) are met, (\d+) do not apply and (\d+) are not met\.", ASVS.read_text())
    assert tuple(map(int, told.groups())) == counted


def file_of(name):
    is_whole = name.startswith(("docs/", "frontend/", "backend/", "deploy/", "scripts/", "SECURITY.md"))
    return (REPOSITORY_ROOT if is_whole else SOURCES) / name


def has_test(name):
    if name.startswith("frontend/"):
        return (REPOSITORY_ROOT / name).is_file()
    file, _, test = name.partition("::")
    return test != "" and f"def {test}(" in (TESTS / file).read_text()


@pytest.mark.parametrize("page", [ASVS, HIPAA], ids=lambda page: page.stem)
def test_what_is_called_met_is_done_somewhere_and_tested_and_what_is_not_says_why(page):
    for name, _, words, state, where, test in rows(page):
        assert words.strip(), name
        if state == "met":
            assert file_of(where).is_file(), (name, where)
            assert has_test(test), (name, test)
        else:
            assert re.match(r"(not met|not applicable): \S.{3}", state), (name, state)
            assert (where, test) == ("", ""), name


def test_every_technical_safeguard_of_hipaa_is_named():
    named = {name.removeprefix("164.312") for name, *_ in rows(HIPAA)}
    first = {"(a)(1)", "(a)(2)(i)", "(a)(2)(ii)", "(a)(2)(iii)", "(a)(2)(iv)", "(b)", "(c)(1)", "(c)(2)", "(d)"}
    assert named == first | {"(e)(1)", "(e)(2)(i)", "(e)(2)(ii)"}


def test_nothing_of_ours_evaluates_text_or_starts_a_shell():
    for file in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call):
                called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                assert not (isinstance(node.func, ast.Name) and called in {"eval", "exec"}), (file, node.lineno)
                assert called not in {"system", "popen"} or file.name == "machine.py", (file, node.lineno)
                shells = [one for one in node.keywords if one.arg == "shell" and getattr(one.value, "value", 1)]
                assert not shells, (file, node.lineno)


def test_no_request_of_ours_follows_a_redirect():
    """But for those to our own address on this machine."""
    ours = {"ops/history.py", "ops/supervisor.py", "ops/doctor.py", "ops/running_system.py", "cli/doctor.py"}
    followed = set()
    for file in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if called.endswith("urlopen"):
                followed.add(str(file.relative_to(SOURCES)))
            if re.fullmatch(r"(self\._http|requests|session)\.(get|post|put|head|request)", called):
                refused = {one.arg: ast.unparse(one.value) for one in node.keywords}.get("allow_redirects") == "False"
                assert refused, (file, node.lineno)
    assert followed - {one for one in followed if one.startswith("simulation/")} <= ours, followed - ours


def test_no_script_writes_under_a_name_that_came_from_elsewhere():
    """What a computed name could be: `__proto__`. So there is no assignment to one, and nothing is merged deeply."""
    dangerous = re.compile(r"__proto__|\bObject\.assign\(|\bmerge\(|\[(?![\d'\"])[^\]\n]+\] (?:[-+*/|&]|\?\?)?= ")
    found = []
    for file in (FRONTEND / "src").rglob("*.ts*"):
        if file.name.endswith((".test.ts", ".test.tsx")) or file.name == "test-setup.ts":
            continue
        for line in file.read_text().splitlines():
            match = dangerous.search(line)
            if match and not re.search(r"\b(const|let)\b.*\] = |^\s*\[.*\] = |: .*\[\] = ", line):
                found.append((file.name, line.strip()))
    assert found == []


_DRAWN = {"plugin.ts", "RunningBlock.ts"}


def test_no_page_puts_text_in_as_html():
    """But for what a task draws in jsPsych: markup of its own symbols and numbers, in `plugin.ts` and their base."""
    dangerous = re.compile(
        r"dangerouslySetInnerHTML|insertAdjacentHTML|document\.write|\beval\(|(?:inner|outer)HTML = (?!'')"
    )
    files = [file for file in (FRONTEND / "src").rglob("*.ts*") if not file.name.endswith((".test.ts", ".test.tsx"))]
    assert len(files) > 50
    found = [file for file in files if dangerous.search(file.read_text())]
    assert [str(file) for file in found if file.name not in _DRAWN or "tasks" not in file.parts] == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_package_is_pinned_with_its_hash(name):
    packages = re.split(r"\n(?=\S)", (REPOSITORY_ROOT / "backend" / name).read_text().strip())
    assert len(packages) > 50
    assert [one for one in packages if "==" not in one.splitlines()[0] or "--hash=sha256:" not in one] == []
