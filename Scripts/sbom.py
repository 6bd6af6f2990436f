"""What is inside a release, as a bill of materials in CycloneDX's JSON (version 1.5).

    swift package show-dependencies --format json | \\
      python3 Scripts/sbom.py PROGRAM BUILD [LIBRARY.a ...] > sbom.cdx.json

PROGRAM is what was built, BUILD the folder where it was built: of the packages only those are listed of which
a module was linked. A library is listed as the Debian package that it is from.
"""

import datetime
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys


def said(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def licence(folder):
    """By the words of the file; nothing is said of one that is not known."""
    for path in sorted(pathlib.Path(folder).glob("LICENSE*")):
        text = path.read_text(errors="replace")
        for words, name in [("Apache License", "Apache-2.0"), ("Permission is hereby granted", "MIT")]:
            if words in text:
                return [{"license": {"id": name}}]
    return []


def packages(node, found):
    """Each package once, with what it needs."""
    for below in node["dependencies"]:
        if below["identity"] not in found:
            found[below["identity"]] = below
            packages(below, found)
    return found


def is_inside(package, modules):
    root = pathlib.Path(package["path"])
    return any(each.name in modules for folder in (root, root / "Sources") if folder.is_dir()
               for each in folder.iterdir())


def reference(package):
    place = re.sub(r"^https?://|\.git$", "", package["url"])
    return f"pkg:swift/{place}@{package['version']}"


def of_package(package):
    return {
        "type": "library", "bom-ref": reference(package), "purl": reference(package),
        "name": package["name"], "version": package["version"], "licenses": licence(package["path"]),
    }


def of_library(file):
    package = said("dpkg-query", "-S", os.path.realpath(file)).split(":")[0]
    source, version = said(
        "dpkg-query", "-W", "-f", "${source:Package} ${source:Version}", package).split("\n")[0].split()
    purl = f"pkg:deb/debian/{source}@{version}?arch=source"
    return {"type": "library", "bom-ref": purl, "purl": purl, "name": source, "version": version}


def of_swift():
    version = re.search(r"Swift version (\S+)", said("swift", "--version")).group(1)
    purl = f"pkg:generic/swift@{version}"
    return {
        "type": "library", "bom-ref": purl, "purl": purl, "name": "swift", "version": version,
        "description": "Swift's standard library and Foundation",
        "licenses": [{"license": {"id": "Apache-2.0"}}],
    }


def bill(program, build, libraries, root):
    objects = (pathlib.Path(build) / "glassbox.product" / "Objects.LinkFileList").read_text()
    modules = set(re.findall(r"/([^/]+)\.build/", objects))
    inside = {
        name: package for name, package in packages(root, {}).items() if is_inside(package, modules)
    }
    own = "pkg:generic/glassbox@" + said(program, "--version").replace(",", "").split()[1]
    others = [of_swift()] + [of_library(each) for each in libraries]

    def needs(node):
        return sorted(
            reference(inside[below["identity"]])
            for below in node["dependencies"] if below["identity"] in inside)

    time = datetime.datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), datetime.timezone.utc)
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {
                "type": "application", "bom-ref": own, "name": "glassbox", "version": own.split("@")[1],
                "purl": own, "licenses": [{"license": {"id": "Apache-2.0"}}],
                "hashes": [{
                    "alg": "SHA-256",
                    "content": hashlib.sha256(pathlib.Path(program).read_bytes()).hexdigest(),
                }],
            },
        },
        "components": [of_package(each) for _, each in sorted(inside.items())] + others,
        "dependencies": [
            {"ref": own, "dependsOn": needs(root) + [each["bom-ref"] for each in others]},
        ] + [
            {"ref": reference(each), "dependsOn": needs(each)} for _, each in sorted(inside.items())
        ],
    }


if __name__ == "__main__":
    program, build, *libraries = sys.argv[1:]
    json.dump(bill(program, build, libraries, json.load(sys.stdin)), sys.stdout, indent=2)
    print()
