"""Checks a running server against its own description.

usage: check.py URL EXAMPLES

First the description itself, by openapi-spec-validator; then the server, by schemathesis, which sends so many
requests to each operation, some that fit the description and some that do not. No answer may be a server
error, take over SECONDS, or differ from what the description says; what fits has to be accepted and what does
not refused. A property that the description does not have counts as a fault. Exits with 1 for faults.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.request

from openapi_spec_validator import validate

# Of a server that is built without optimisation, on a busy machine.
SECONDS = "10"


def main(url, examples):
    with urllib.request.urlopen(f"{url}/openapi.json") as answer:
        document = json.load(answer)
    validate(document)
    for schema in document["components"]["schemas"].values():
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
    for methods in document["paths"].values():
        for operation in methods.values():
            content = operation.get("requestBody", {}).get("content", {})
            if "image" in content.get("multipart/form-data", {}).get("schema", {}).get("properties", {}):
                # Any bytes fit a file of a form, but not all are an image.
                del content["multipart/form-data"]
    here = pathlib.Path(__file__).parent
    with tempfile.TemporaryDirectory() as folder:
        description = pathlib.Path(folder, "openapi.json")
        description.write_text(json.dumps(document))
        outcome = subprocess.run(
            [
                pathlib.Path(sys.executable).parent / "schemathesis",
                "--config-file", here / "schemathesis.toml", "run", description,
                "--url", url, "--max-examples", examples, "--generation-deterministic",
                "--phases", "examples,coverage,fuzzing", "--continue-on-failure",
                "--max-response-time", SECONDS, "--warnings", "off", "--no-color",
            ],
            cwd=folder,
            env=os.environ | {"SCHEMATHESIS_HOOKS": "image_files", "PYTHONPATH": str(here)},
        )
    return outcome.returncode


sys.exit(main(*sys.argv[1:]))
