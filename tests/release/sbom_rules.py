"""What an SPDX document of the release binary has to say: each rule gives the problems that it finds."""
import hashlib
import re
import subprocess
from pathlib import Path

REQUIRED = {
    "document": ("spdxVersion", "dataLicense", "SPDXID", "name", "documentNamespace", "creationInfo", "packages", "files", "relationships"),
    "package": ("SPDXID", "name", "versionInfo", "supplier", "downloadLocation", "licenseConcluded", "licenseDeclared", "copyrightText", "externalRefs"),
    "file": ("SPDXID", "fileName", "checksums", "licenseConcluded", "copyrightText"),
}
IDENTIFIER = re.compile(r"SPDXRef-[A-Za-z0-9.-]+")


def said(*command):
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True).stdout


def lacking(kind, element):
    return [f"{element.get('SPDXID', kind)} has no {name}" for name in REQUIRED[kind] if not element.get(name)]


def elements(document):
    return document.get("packages", []) + document.get("files", [])


def relations(document):
    return {(one["spdxElementId"], one["relationshipType"], one["relatedSpdxElement"]) for one in document.get("relationships", [])}


def form(document, _):
    yield from lacking("document", document)
    for kind in ("package", "file"):
        for one in document.get(kind + "s", []):
            yield from lacking(kind, one)
    names = [one.get("SPDXID", "") for one in elements(document)]
    yield from (f"{name} is no identifier" for name in names if not IDENTIFIER.fullmatch(name))
    yield from (f"{name} stands there twice" for name in sorted(set(names)) if names.count(name) > 1)


def ends_of_relations(document, _):
    known = {one["SPDXID"] for one in elements(document)} | {"SPDXRef-DOCUMENT"}
    yield from (f"a relation names {end}, which is not there" for one in sorted(relations(document)) for end in (one[0], one[2]) if end not in known)


def shared_objects(document, binary):
    """Every DT_NEEDED of the binary stands there as a file, linked, and with the package that installed it."""
    told = relations(document)
    files = {Path(one["fileName"]).name: one["SPDXID"] for one in document["files"]}
    for name in re.findall(r"\(NEEDED\).*\[(.+)\]", said("readelf", "--dynamic", "--wide", binary)):
        if name not in files:
            yield f"{name} is needed by the binary and stands nowhere"
        elif ("SPDXRef-File-sallyport", "DYNAMIC_LINK", files[name]) not in told:
            yield f"{name} is not said to be linked"
    installed = {one for one, kind, _ in told if kind == "OTHER"}
    yield from (f"{one['fileName']} has no package" for one in document["files"]
                if one["SPDXID"] not in installed | {"SPDXRef-File-sallyport"})


def checksums(document, binary):
    for one in document["files"]:
        path = binary if one["SPDXID"] == "SPDXRef-File-sallyport" else Path("/") / one["fileName"]
        stated = {sum_of["algorithm"]: sum_of["checksumValue"] for sum_of in one["checksums"]}
        if not path.exists() or stated.get("SHA256") != hashlib.sha256(path.read_bytes()).hexdigest():
            yield f"the checksum of {one['fileName']} is not that of the file"


def versions(document, binary):
    """What is installed, and what the binary says of itself."""
    lines = said("dpkg-query", "--show", "--showformat=${Package}\t${Version}\n").splitlines()
    installed = dict(line.split("\t") for line in lines)
    for one in document["packages"]:
        if one["name"] == "sallyport":
            true = said(binary, "--version").split()[1]
        else:
            true = installed.get(one["name"])
        if one["versionInfo"] != true:
            yield f"{one['name']} is {true}, not {one['versionInfo']}"
        locators = [ref["referenceLocator"] for ref in one["externalRefs"] if ref["referenceType"] == "purl"]
        if len(locators) != 1 or f"/{one['name'].replace('+', '%2B')}@" not in locators[0]:
            yield f"{one['name']} has no package URL of its own"


def licences(document, _):
    defined = {one["licenseId"] for one in document.get("hasExtractedLicensingInfos", []) if one["extractedText"]}
    for one in document["packages"]:
        used = re.findall(r"LicenseRef-[A-Za-z0-9.-]+", one["licenseDeclared"])
        yield from (f"{one['name']} is under {name}, whose text is not there" for name in used if name not in defined)


def relations_to_packages(document, _):
    """Each package is reached from the gateway's own, and those that its own code comes from are told apart."""
    told = relations(document)
    ways = {kind for one, kind, _ in told if one == "SPDXRef-Package-sallyport"}
    yield from (f"no package is a {kind} of the gateway's" for kind in ("DEPENDS_ON", "DYNAMIC_LINK", "STATIC_LINK") if kind not in ways)
    reached, left = set(), ["SPDXRef-Package-sallyport"]
    while left:
        name = left.pop()
        if name in reached:
            continue
        reached.add(name)
        left += [other for one, kind, other in told if one == name and kind in ("DEPENDS_ON", "DYNAMIC_LINK", "STATIC_LINK")]
        left += [one for one, kind, other in told if other == name and kind == "BUILD_DEPENDENCY_OF"]
    yield from (f"nothing leads to {one['SPDXID']}" for one in document["packages"] if one["SPDXID"] not in reached)


RULES = {
    "it has what SPDX 2.3 requires": form,
    "its relations are between what is there": ends_of_relations,
    "each shared object that the binary needs stands in it": shared_objects,
    "its checksums are those of the files": checksums,
    "its versions are those that are installed": versions,
    "each licence that it names is known or has its text": licences,
    "each package has a way from the gateway": relations_to_packages,
}


def problems(document, binary, rule):
    """A document that breaks the rule itself is a problem too."""
    try:
        return list(rule(document, binary))
    except (KeyError, TypeError, IndexError) as error:
        return [f"it cannot be read: {error!r}"]
