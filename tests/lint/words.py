"""What the lints share: the project's files, and the two lines that tests/run counts."""
import subprocess
from pathlib import Path

SOURCE_FOLDERS = ("adapters", "config", "proxy", "tests")


def say(name, problems):
    """One line for one rule; each problem on a line of its own before it."""
    for problem in problems:
        print("  " + problem)
    print(f"{'not ok' if problems else 'ok'} - {name}", flush=True)


def tracked(*suffixes):
    """The tracked files and those that are about to be, with one of the suffixes; all of them without suffixes."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], capture_output=True, check=True)
    paths = [Path(name) for name in listed.stdout.decode().split("\0") if name]
    return sorted(path for path in paths if path.is_file() and (not suffixes or path.suffix in suffixes))


def sources():
    return [path for path in tracked(".cpp", ".hpp") if path.parts[0] in SOURCE_FOLDERS or path.parts[0] == "cmake"]


def lines_matching(paths, pattern):
    """`file:line: text` of each line in which the compiled pattern is found."""
    found = []
    for path in paths:
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if pattern.search(line):
                found.append(f"{path}:{number}: {line.strip()[:120]}")
    return found
