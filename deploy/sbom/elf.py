"""What a binary is made of, read off the files themselves: the shared objects that it needs, and what was compiled and linked into it."""
import re
import subprocess
from pathlib import Path


def said(command, **how):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=True, **how).stdout


def needed(path):
    """The names of the shared objects that an ELF file asks for (DT_NEEDED), in its order."""
    return re.findall(r"\(NEEDED\).*\[(.+)\]", said(["readelf", "--dynamic", "--wide", path]))


def installed_objects():
    """name -> path of every shared object that the loader of this machine finds for 64-bit x86 or ARM; the first one counts, as for it."""
    made = {}
    for name, path in re.findall(r"^\s+(\S+) \(.*(?:x86-64|AArch64).*\) => (\S+)$", said(["/sbin/ldconfig", "-p"]), re.MULTILINE):
        made.setdefault(name, Path(path))
    return made


def closure(binary):
    """Each shared object that is loaded with the binary -> the names that it needs itself; the binary stands under None."""
    found, objects, left = {None: needed(binary)}, installed_objects(), []
    left += found[None]
    while left:
        name = left.pop()
        if name in found:
            continue
        if name not in objects:
            raise SystemExit(f"{name} is needed, and the loader does not know it")
        found[name] = needed(objects[name])
        left += found[name]
    return found, {name: objects[name] for name in found if name is not None}


def linked_files(build, binary):
    """What the linker opened from outside of the build, by the list that it wrote beside the binary: start files and archives, no shared ones."""
    text = Path(f"{binary}.inputs").read_text().replace("\\\n", " ").split("\n\n")[0]
    paths = {Path(word).resolve() for word in text.partition(":")[2].split() if word.startswith("/")}
    return sorted(path for path in paths if path.suffix in (".a", ".o") and build not in path.parents)


def read_headers(build, binary):
    """Every file from outside of the checkout that the compiler read for the objects of the binary."""
    inputs = said(["ninja", "-C", build, "-t", "inputs", binary.relative_to(build)]).splitlines()
    objects = [line for line in inputs if line.endswith(".o")]
    if not objects:
        raise SystemExit(f"ninja knows no object of {binary}")
    deps = said(["ninja", "-C", build, "-t", "deps", *objects])
    return sorted({Path(line.strip()) for line in deps.splitlines() if line.startswith("    /usr/")})


def has_code(header):
    """Whether a header can leave code in the object that reads it, instead of declarations alone."""
    code = re.sub(r"/\*.*?\*/|//[^\n]*", "", header.read_text(errors="replace"), flags=re.DOTALL)
    return re.search(r"\b(inline|template)\b", code) is not None
