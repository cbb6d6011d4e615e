"""The parts that a binary is made of: shared objects, Debian packages, and what each is there for."""
import re
from dataclasses import dataclass, field
from pathlib import Path

import debian
import elf

# Source package, or its name without a version in it -> what the gateway uses it for. A part whose source is not here has to be explained first; so a new dependency is seen.
PURPOSES = {
    "boost": "Asio and Beast: sockets, coroutines, HTTP/1.1; Boost.JSON and Boost.URL",
    "cli11": "the command line",
    "curl": "HTTP and TLS to vendors, through corporate proxies",
    "fmtlib": "what spdlog writes its lines with",
    "gcc": "the C++ standard library and the compiler's run-time support",
    "glibc": "the C library",
    "howardhinnant-date": "time zones of budgets and conditions",
    "linux": "the kernel's declarations",
    "nghttp2": "HTTP/2's frames and header compression, to providers",
    "openssl": "TLS, hashes, HMAC, random numbers",
    "prometheus-cpp": "the registry of metrics and its text form",
    "re2": "regular expressions in linear time: detectors and conditions",
    "simdjson": "reading JSON",
    "spdlog": "the log",
    "sqlite3": "the embedded store",
    "utf8proc": "Unicode normalisation before the detectors",
    "yaml-cpp": "reading the configuration",
}


@dataclass
class Package:
    """One Debian package. `ways` says how it takes part: linked (a shared object), compiled in, declared (headers without code), brought."""
    name: str
    version: str
    architecture: str
    source: str
    source_version: str
    homepage: str
    ways: set = field(default_factory=set)
    objects: list = field(default_factory=list)   # names of its shared objects that are loaded
    needs: set = field(default_factory=set)       # packages whose shared objects its own ones need

    @property
    def is_direct(self):
        return self.ways != {"brought"}

    @property
    def purpose(self):
        return PURPOSES.get(self.source) or PURPOSES.get(re.sub(r"-?[0-9.]+$", "", self.source), "")


@dataclass
class Parts:
    binary: Path
    needed: list     # names of the shared objects that the binary itself asks for
    objects: dict    # name -> path of every shared object that is loaded with it
    packages: dict   # name -> Package


def ways_of_files(build, binary, objects, needed):
    """path -> how it takes part in the binary."""
    made = {path: "linked" if name in needed else "brought" for name, path in objects.items()}
    made |= {path: "compiled in" for path in elf.linked_files(build, binary)}
    made |= {path: "compiled in" if elf.has_code(path) else "declared" for path in elf.read_headers(build, binary)}
    return made


def found_in(build, binary):
    build, binary = Path(build).resolve(), Path(binary).resolve()
    graph, objects = elf.closure(binary)
    ways = ways_of_files(build, binary, objects, graph[None])
    owner = debian.owners(list(ways))
    packages = {name: Package(name, *known) for name, known in debian.facts(set(owner.values())).items()}
    for path, way in ways.items():
        packages[owner[path]].ways.add(way)
    for name, path in sorted(objects.items()):
        package = packages[owner[path]]
        package.objects.append(name)
        package.needs |= {owner[objects[other]] for other in graph[name]} - {package.name}
    for package in packages.values():
        if len(package.ways) > 1:
            package.ways -= {"brought", "declared"}
        if package.is_direct and not package.purpose:
            raise SystemExit(f"deploy/sbom/parts.py does not say what {package.name} (of the source {package.source}) is for")
    return Parts(binary, graph[None], objects, packages)
