"""The manual page of a program that swift-argument-parser reads the arguments of.

    python3 Scripts/man_page.py PROGRAM > glassbox.1

It says what `--help` says of every command; `man ./glassbox.1` shows it.
"""

import json
import subprocess
import sys


def escaped(text):
    """Text as troff reads it: no word of it is a request."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + text if text[:1] in (".", "'") else text


def paragraphs(text):
    """Running text as it is; what stands on a line of its own, such as an example, as it was written."""
    lines = []
    for part in (text or "").strip().split("\n\n"):
        written = [escaped(line) for line in part.split("\n")]
        alone = len(written) > 1 or part.startswith("glassbox ")
        lines += [".PP"] + ([".nf", *written, ".fi"] if alone else written)
    return lines


def name(part):
    dashes = {"long": "--", "short": "-", "longWithSingleDash": "-"}
    return dashes[part["kind"]] + part["name"]


def argument(fact):
    """One argument, option or flag."""
    value = fact.get("valueName", "")
    if fact["kind"] == "positional":
        said = f"\\fI{escaped(value)}\\fR"
    else:
        said = ", ".join(f"\\fB{escaped(name(part))}\\fR" for part in fact["names"])
        if fact["kind"] == "option":
            said += f" \\fI{escaped(value)}\\fR"
    text = fact.get("abstract", "")
    if fact.get("defaultValue"):
        text += f" (default: {fact['defaultValue']})"
    values = fact.get("allValues") or []
    if values and not all(value in text for value in values):
        text += f" (values: {', '.join(values)})"
    return [".TP", said, *[escaped(line) for line in text.strip().split("\n")]]


def shown(facts):
    """Those of one command alone; what every command has is said once."""
    return [
        fact for fact in facts
        if fact.get("shouldDisplay", True)
        and not any(part["name"] in ("help", "version", "h") for part in fact.get("names") or [])
    ]


def commands(command, words):
    """Every command that does something."""
    words = words + [command["commandName"]]
    below = [each for each in command.get("subcommands") or [] if each["commandName"] != "help"]
    if not below:
        yield words, command
    for each in below:
        yield from commands(each, words)


def page(root, version):
    program = root["commandName"]
    lines = [
        f'.TH {program.upper()} 1 "" "{escaped(version)}" "{escaped(program)}"',
        ".SH NAME", f"{escaped(program)} \\- {escaped(root['abstract'].rstrip('.'))}",
        ".SH SYNOPSIS", f"\\fB{escaped(program)}\\fR \\fIcommand\\fR [\\fIoptions\\fR]",
        ".SH DESCRIPTION", *paragraphs(root.get("discussion"))[1:],
        ".PP", "Every command takes \\fB\\-\\-help\\fR, and \\fB\\-\\-version\\fR says which program it is.",
        ".SH COMMANDS",
    ]
    for words, command in commands(root, []):
        lines += [".SS " + escaped(" ".join(words)), escaped(command.get("abstract", ""))]
        lines += paragraphs(command.get("discussion"))
        for fact in shown(command.get("arguments") or []):
            lines += argument(fact)
    return "\n".join(line for line in lines if line) + "\n"


if __name__ == "__main__":
    def said(flag):
        return subprocess.run([sys.argv[1], flag], check=True, capture_output=True, text=True).stdout

    root = json.loads(said("--experimental-dump-help"))["command"]
    sys.stdout.write(page(root, said("--version").strip().split(",")[0]))
