"""The versions that a figure holds for."""
import pathlib
import platform
import re
import subprocess

import peers_install


def first_match(command, pattern, given=None):
    """What the pattern's group finds in what the command says, or "unknown"."""
    try:
        said = subprocess.run(command, input=given, capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    found = re.search(pattern, said.stdout + said.stderr)  # nginx says its version on stderr
    return found.group(1) if found else "unknown"


def boost():
    code = "#include <boost/version.hpp>\nBOOST_LIB_VERSION\n"
    return first_match(["g++", "-E", "-P", "-x", "c++", "-"], r'"(\d+_\d+(?:_\d+)?)"\s*$', code).replace("_", ".")


def package(name):
    return first_match(["pkg-config", "--modversion", name], r"(\S+)")


def compiled():
    """Of the gateway's code: the compiler and the libraries in the way of a request."""
    return {"g++": first_match(["g++", "-dumpfullversion"], r"(\S+)"), "libcurl": package("libcurl"), "Boost": boost(),
            "simdjson": package("simdjson")}


def counted():
    """What instruction counts depend on. glibc and simdjson choose code by the processor, hence the last one."""
    flags = pathlib.Path("/proc/cpuinfo").read_text()
    return compiled() | {
        "glibc": platform.libc_ver()[1] or "unknown",
        "valgrind": first_match(["valgrind", "--version"], r"valgrind-(\S+)"),
        "machine": platform.machine() + (" with AVX2" if " avx2" in flags else " without AVX2"),
    }


def timed(programs):
    """What CPU times depend on, besides the machine's other work; `programs` by the names that they are compared under."""
    model = re.search(r"^model name\s*:\s*(.+)$", pathlib.Path("/proc/cpuinfo").read_text(), re.M)
    asked = {"nginx": ([programs.get("nginx"), "-v"], r"nginx/(\S+)"), "haproxy": ([programs.get("haproxy"), "-v"], r"version (\d[\d.]*)"),
             "envoy": ([programs.get("envoy"), "--version"], r"/(\d+\.\d+\.\d+)/"), "portkey": (["node", "--version"], r"v(\S+)")}
    found = {name: first_match(*asked[name]) for name in asked if name in programs}
    if "portkey" in found:
        found["portkey"] = f"{peers_install.PORTKEY['@portkey-ai/gateway']} on node {found['portkey']}"
    if "litellm" in programs:
        found["litellm"] = peers_install.LITELLM
    return compiled() | found | {
        "Linux": first_match(["uname", "-r"], r"^(\d+\.\d+)"),
        "processor": model.group(1) if model else "unknown",
    }
