"""What Debian says of the packages that files come from: version, source, licence."""
import re
import subprocess
from pathlib import Path
from urllib.parse import quote

FIELDS = "${Package}\t${Version}\t${Architecture}\t${source:Package}\t${source:Version}\t${Homepage}\n"

# The short names of Debian's copyright files that SPDX calls otherwise, in small letters. What stands in neither becomes a LicenseRef.
SPDX_OF = {
    "expat": "MIT", "mit": "MIT", "x11": "X11", "curl": "curl", "isc": "ISC", "zlib": "Zlib", "openssl": "OpenSSL", "0bsd": "0BSD",
    "bsd-2-clause": "BSD-2-Clause", "bsd-3-clause": "BSD-3-Clause", "bsd-4-clause": "BSD-4-Clause", "bsl-1.0": "BSL-1.0",
    "apache-2.0": "Apache-2.0", "mpl-2.0": "MPL-2.0", "cc0-1.0": "CC0-1.0", "openldap-2.8": "OLDAP-2.8",
    "gpl-2": "GPL-2.0-only", "gpl-2+": "GPL-2.0-or-later", "gpl-3": "GPL-3.0-only", "gpl-3+": "GPL-3.0-or-later",
    "lgpl-2": "LGPL-2.0-only", "lgpl-2+": "LGPL-2.0-or-later", "lgpl-2.1": "LGPL-2.1-only", "lgpl-2.1+": "LGPL-2.1-or-later",
    "lgpl-3": "LGPL-3.0-only", "lgpl-3+": "LGPL-3.0-or-later",
}


def query(arguments):
    """dpkg-query, which says what it found even where it did not find all."""
    return subprocess.run(["dpkg-query", *map(str, arguments)], capture_output=True, text=True).stdout


def owners(paths):
    """path -> the name of the package that installed it. Packages from before the merge of /lib into /usr/lib list the old path."""
    asked = {}
    for path in paths:
        for written in {str(path), str(Path(path).resolve()), re.sub("^/usr/lib", "/lib", str(Path(path).resolve()))}:
            asked.setdefault(written, []).append(path)
    made = {}
    for line in query(["--search", *asked]).splitlines():
        packages, _, path = line.rpartition(": ")
        if path in asked and not packages.startswith("diversion"):
            for one in asked[path]:
                made[one] = packages.split(",")[0].split(":")[0]
    missing = sorted(str(path) for path in paths if path not in made)
    if missing:
        raise SystemExit("no Debian package has installed " + ", ".join(missing))
    return made


def facts(names):
    """name -> (version, architecture, source, its version, homepage)"""
    lines = [line.split("\t") for line in query(["--show", f"--showformat={FIELDS}", *sorted(names)]).splitlines()]
    return {line[0]: tuple(line[1:]) for line in lines}


def release():
    """(name, identifier, version) of the system, as in ("Debian", "debian", "12")."""
    text = Path("/etc/os-release").read_text()
    value = {key: re.search(rf'^{key}="?([^"\n]*)"?$', text, re.MULTILINE) for key in ("ID", "VERSION_ID")}
    identifier = value["ID"][1] if value["ID"] else "linux"
    return identifier.capitalize(), identifier, value["VERSION_ID"][1] if value["VERSION_ID"] else "unknown"


def purl(name, version, architecture):
    _, identifier, number = release()
    return f"pkg:deb/{identifier}/{quote(name, safe='')}@{quote(version, safe=':~')}?arch={architecture}&distro={identifier}-{number}"


def paragraphs(text):
    """The paragraphs of a machine-readable copyright file as field -> text."""
    for block in re.split(r"\n\s*\n(?=\S)", text):
        fields = re.findall(r"^([A-Za-z-]+):((?:.*\n?)(?:[ \t].*\n?)*)", block + "\n", re.MULTILINE)
        yield {name.lower(): value.strip() for name, value in fields}


def licence(package):
    """(short name, text) of what `Files: *` is under; ("", "") where the copyright file is not machine-readable or says nothing of it."""
    path = Path(f"/usr/share/doc/{package}/copyright")
    text = path.read_text(errors="replace") if path.exists() else ""
    if "copyright-format" not in text.split("\n", 1)[0]:
        return "", ""
    known = list(paragraphs(text))
    main = next((one for one in known if "*" in one.get("files", "").split() and one.get("license")), None)
    if main is None:
        return "", ""
    short, _, body = main["license"].partition("\n")
    alone = next((one["license"] for one in known if "files" not in one and one.get("license", "").split("\n")[0].strip() == short.strip()), "")
    return short.strip(), (body or alone.partition("\n")[2] or f"See {path}").strip()


def spdx_licence(short):
    """The SPDX expression of a short name of Debian's, and the names in it that SPDX does not know."""
    if not short:
        return "NOASSERTION", []
    words, unknown = re.split(r"\s+(and|or)\s+", short.replace(",", "")), []
    for place in range(0, len(words), 2):
        known = SPDX_OF.get(words[place].lower())
        if not known:
            known = "LicenseRef-debian-" + re.sub(r"[^A-Za-z0-9.]+", "-", words[place])
            unknown.append(known)
        words[place] = known
    return " ".join(word.upper() if word in ("and", "or") else word for word in words), unknown
