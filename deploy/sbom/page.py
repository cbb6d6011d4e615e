"""docs/dependencies.md: the same parts for people. Versions only as far as a security update of Debian does not change them."""
import re

import debian

HEAD = """# Dependencies

What the gateway's binary is made of on Debian 12, found in the binary and in what the compiler and the linker read for it. All of it comes from
Debian's own packages and gets its security updates from there; nothing is copied into this repository or fetched while building.

Made by `cmake --build build/release --target dependencies_page`; a test compares it. Exact versions, checksums and relations stand in the SPDX
document that `cmake --build build/release --target sbom` writes to `build/release/sallyport.spdx.json`. A licence is the one that Debian's
copyright file gives for the whole source; a dash stands where that file cannot be read by machines.

## Its own

Linked: a shared object that is loaded with the binary. Compiled in: headers or archives whose code stands in the binary. Declared: headers
that only describe a shared object.
"""
BROUGHT = """
## What these bring with them

Shared objects that are loaded because another one needs them.
"""


def series(version):
    """The first two numbers of a Debian version: 1:1.10.0+ds-0.4 is 1.10, 20220601+dfsg-1 is 20220601."""
    upstream = re.split(r"[+~]|-[^-]*$", version.rpartition(":")[2])[0]
    return ".".join(re.findall(r"\d+", upstream)[:2])


def licence(package):
    return debian.licence(package.name)[0] or "-"


def table(head, rows):
    yield "| " + " | ".join(head) + " |\n" + "|---" * len(head) + "|\n"
    yield from ("| " + " | ".join(row) + " |\n" for row in rows)


def own_rows(packages):
    by_source = {}
    for package in packages:
        if package.is_direct:
            by_source.setdefault(package.source, []).append(package)
    for source, members in sorted(by_source.items()):
        ways = [f"{way}: " + ", ".join(f"`{one.name}`" for one in members if way in one.ways) for way in ("linked", "compiled in", "declared")
                if any(way in one.ways for one in members)]
        licences = sorted({licence(one) for one in members} - {"-"}) or ["-"]
        yield source, series(members[0].source_version), ", ".join(licences), "; ".join(ways), members[0].purpose


def brought_rows(packages):
    for package in packages:
        if not package.is_direct:
            by = sorted(other.name for other in packages if package.name in other.needs)
            yield f"`{package.name}`", series(package.version), licence(package), ", ".join(f"`{name}`" for name in by)


def written(parts):
    packages = [parts.packages[name] for name in sorted(parts.packages)]
    return HEAD + "\n" + "".join(table(("source", "version", "licence", "how", "what for"), own_rows(packages))) + \
        BROUGHT + "\n" + "".join(table(("package", "version", "licence", "needed by"), brought_rows(packages)))
