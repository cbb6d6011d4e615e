"""Parts as an SPDX 2.3 document in JSON. The same parts, version and date make the same bytes."""
import datetime
import hashlib
import json
import re

import debian

LICENCE = "Apache-2.0"   # of Sallyport itself, as the file LICENSE has it
RELATION = {"linked": "DYNAMIC_LINK", "compiled in": "STATIC_LINK"}


def reference(kind, name):
    return f"SPDXRef-{kind}-" + re.sub(r"[^A-Za-z0-9.-]", "-", name.replace("+", "p"))


def relation(one, kind, other, comment=None):
    made = {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other}
    return made | {"comment": comment} if comment else made


def file_of(path, name, kind):
    bytes_of = path.read_bytes()
    return {
        "SPDXID": reference("File", name), "fileName": f"./{path.relative_to('/')}" if kind == "shared" else f"./{name}",
        "fileTypes": ["BINARY"], "licenseConcluded": "NOASSERTION", "licenseInfoInFiles": ["NOASSERTION"], "copyrightText": "NOASSERTION",
        "checksums": [{"algorithm": "SHA1", "checksumValue": hashlib.sha1(bytes_of).hexdigest()},
                      {"algorithm": "SHA256", "checksumValue": hashlib.sha256(bytes_of).hexdigest()}],
    }


def own_package(version, commit):
    made = {
        "SPDXID": "SPDXRef-Package-sallyport", "name": "sallyport", "versionInfo": version, "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False, "licenseConcluded": LICENCE, "licenseDeclared": LICENCE, "copyrightText": "NOASSERTION",
        "supplier": "Organization: The Sallyport maintainers", "primaryPackagePurpose": "APPLICATION",
        "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": f"pkg:generic/sallyport@{version}"}],
    }
    return made | {"sourceInfo": f"built from {commit}"} if commit else made


def debian_package(package, supplier):
    declared, _ = debian.spdx_licence(debian.licence(package.name)[0])
    made = {
        "SPDXID": reference("Package", package.name), "name": package.name, "versionInfo": package.version,
        "supplier": f"Organization: {supplier}", "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
        "licenseConcluded": "NOASSERTION", "licenseDeclared": declared, "copyrightText": "NOASSERTION", "primaryPackagePurpose": "LIBRARY",
        "sourceInfo": f"built by {supplier} from its source package {package.source} {package.source_version}",
        "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                          "referenceLocator": debian.purl(package.name, package.version, package.architecture)}],
    }
    if package.homepage:
        made["homepage"] = package.homepage
    return made | {"comment": package.purpose} if package.purpose else made


def other_licences(packages):
    """What SPDX has no name for, with its text; the same name has the same text wherever it stands, or the first one's."""
    made = {}
    for package in packages:
        short, text = debian.licence(package.name)
        for name in debian.spdx_licence(short)[1]:
            made.setdefault(name, {"licenseId": name, "extractedText": text, "name": name.removeprefix("LicenseRef-debian-")})
    return [made[name] for name in sorted(made)]


def relations(parts, packages):
    yield relation("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-Package-sallyport")
    yield relation("SPDXRef-File-sallyport", "GENERATED_FROM", "SPDXRef-Package-sallyport")
    for name in sorted(parts.needed):
        yield relation("SPDXRef-File-sallyport", "DYNAMIC_LINK", reference("File", name))
    for package in packages:
        this = reference("Package", package.name)
        for name in package.objects:
            yield relation(reference("File", name), "OTHER", this, "installed by this package")
        for way in sorted(package.ways & RELATION.keys()):
            yield relation("SPDXRef-Package-sallyport", RELATION[way], this)
        if "declared" in package.ways:
            yield relation(this, "BUILD_DEPENDENCY_OF", "SPDXRef-Package-sallyport")
        elif package.is_direct:
            yield relation("SPDXRef-Package-sallyport", "DEPENDS_ON", this)
        for other in sorted(package.needs):
            yield relation(this, "DYNAMIC_LINK", reference("Package", other))


def document(parts, version, created, commit=""):
    """`created` in seconds since 1970: the time of what is described, since a document that names the time of its making is never the same."""
    packages = [parts.packages[name] for name in sorted(parts.packages)]
    supplier = debian.release()[0]
    made = {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": f"sallyport-{version}",
        "creationInfo": {"created": datetime.datetime.fromtimestamp(created, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
                         "creators": [f"Tool: sallyport-sbom-{version}"]},
        "packages": [own_package(version, commit)] + [debian_package(one, supplier) for one in packages],
        "files": [file_of(parts.binary, "sallyport", "own")] + [file_of(path, name, "shared") for name, path in sorted(parts.objects.items())],
        "relationships": list(relations(parts, packages)),
        "hasExtractedLicensingInfos": other_licences(packages),
    }
    digest = hashlib.sha256(written(made).encode()).hexdigest()
    # A name for what is said, as the standard wants it; there is nothing to be had at that address.
    return made | {"documentNamespace": f"https://spdx.org/spdxdocs/sallyport-{version}-{digest}"}


def written(document):
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
