"""Writes Docs/field.md: what is done with tables as people have them.

    python3 Scripts/field.py --program .build/release/glassbox
    python3 Scripts/field.py --program NEW --before OLD          # with the scores of an earlier program
    PYTHON Scripts/field.py --program NEW --packages             # with the tables that Python packages ship

The tables are those of Tests/CommandsTests/Field, or of --folder, which has a files.json of the same form.
For --packages PYTHON is one that has scikit-learn, statsmodels, vega_datasets, plotly, lifelines,
palmerpenguins, bokeh_sampledata and pydataset installed. Sections that are not asked for stay as they are.
"""
import argparse
import collections
import importlib.metadata
import json
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PACKAGES = ("scikit-learn", "statsmodels", "vega_datasets", "plotly", "lifelines", "palmerpenguins",
            "bokeh_sampledata", "pydataset")
LARGEST = 3_000_000  # bytes; larger files say nothing more and take long
EVERY = 12  # of the 757 tables of pydataset

INTRODUCTION = """# Tables as people have them

`Scripts/field.py` writes this page; run it again when something about tables changes.

"""


def run(program, arguments, folder, seconds=300):
    """The exit status, output and errors of the program."""
    try:
        done = subprocess.run([program, *arguments], cwd=folder, capture_output=True, text=True, timeout=seconds)
        return done.returncode, done.stdout, done.stderr
    except subprocess.TimeoutExpired:
        return -1, "", f"error: more than {seconds} seconds"


def reading(program, file, folder):
    """What the program says a file's columns are: notes, then a line for each column."""
    _, output, errors = run(program, ["data", file], folder)
    return (errors + output.split("\nNext:")[0]).strip()


def flags(entry):
    return (["--target", entry["target"]] if "target" in entry else []) + entry.get("flags", [])


def score(program, entry, folder, seeds):
    """The mean test score over the seeds, or why there is none."""
    scores, name, runs = [], "", tempfile.mkdtemp()
    for seed in range(1, seeds + 1):
        arguments = ["train", entry["file"], *flags(entry), "--seed", str(seed), "--quiet", "--json", "--output",
                     f"{runs}/{seed}"]
        status, output, errors = run(program, arguments, folder)
        if status != 0:
            first = errors.strip().splitlines()[0] if errors.strip() else "nothing was said"
            why = re.sub(r"^.*?expected", "expected", first.split(" Fix:")[0])
            return "refused: " + (why if len(why) < 100 else why[:100] + "…")
        report = json.loads(output)["test"]["scores"]
        if report.get("classification"):
            name, value = "accuracy", report["classification"]["accuracy"]["value"]
        elif report.get("regression"):
            outputs = [output["r2"].get("value") for output in report["regression"]["outputs"]]
            name, value = "R²", None if None in outputs else sum(outputs) / len(outputs)
        else:
            return "see the run's report"
        scores.append(value)
    if any(value is None for value in scores):
        return f"{name} not defined"
    return f"{name} {sum(scores) / len(scores):.3f}"


def fields(arguments):
    """The section of the small tables."""
    folder = pathlib.Path(arguments.folder)
    entries = json.loads((folder / "files.json").read_text())
    lines = ["## What is learned from each\n",
             f"The mean test score of {arguments.seeds} seed{'s' if arguments.seeds > 1 else ''}, with the defaults of `train`."
             + (f" Before: the program at {arguments.before_name}." if arguments.before else "") + "\n",
             "| file | flags |" + (" before |" if arguments.before else "") + " now |",
             "|---|---|" + ("---|" if arguments.before else "") + "---|"]
    readings = ["\n## What is read\n", "As `glassbox data FILE` says it.\n"]
    for entry in entries:
        print(entry["file"], file=sys.stderr)
        cells = [f"`{entry['file']}`", f"`{' '.join(flags(entry))}`"]
        if arguments.before:
            earlier = {**entry, **entry.get("before", {})}
            cells.append(score(arguments.before, earlier, folder, arguments.seeds))
        cells.append(score(arguments.program, entry, folder, arguments.seeds))
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
        readings += [f"### {entry['file']}\n", "```", reading(arguments.program, entry["file"], folder), "```", ""]
    return "\n".join(lines + readings) + "\n"


def package_files(folder):
    """The tables of the packages, as (package, version, name, path)."""
    found = []
    for package in PACKAGES:
        distribution = importlib.metadata.distribution(package)
        paths = [distribution.locate_file(file) for file in distribution.files or []]
        tables = [p for p in paths if re.search(r"\.(csv|tsv)(\.gz)?$", str(p)) and "test" not in pathlib.Path(p).parts
                  and "tests" not in pathlib.Path(p).parts]
        if package == "pydataset":
            archive = next(p for p in paths if str(p).endswith("resources.tar.gz"))
            with tarfile.open(archive) as tar:
                tar.extractall(folder, filter="data")
            tables = sorted(pathlib.Path(folder).rglob("[!.]*.csv"))[::EVERY]
        for path in sorted(map(pathlib.Path, tables)):
            if path.stat().st_size <= LARGEST:
                found.append((package, distribution.version, path.name, path))
    return found


def reason(errors):
    """An error without what is of this file alone."""
    first = (errors.strip().splitlines() or ["nothing was said"])[0]
    match = re.search(r"expected .*", first.split(" Fix:")[0])
    text = match.group(0) if match else first
    return re.sub(r"\d+", "N", re.sub(r"`[^`]*`", "`…`", text)).replace("|", "\\|")


def last_column(program, path):
    status, output, errors = run(program, ["data", str(path), "--json"], ROOT, 120)
    if status != 0:
        return None, errors
    name = json.loads(output)["columns"][-1]["name"]
    return name.split("..")[-1], ""


def packages(program):
    """The section of the tables that packages ship."""
    counts, refused, versions = collections.Counter(), collections.defaultdict(list), {}
    with tempfile.TemporaryDirectory() as folder:
        for package, version, name, path in package_files(folder):
            versions[package] = version
            counts[package, "files"] += 1
            target, errors = last_column(program, path)
            if target is not None:
                counts[package, "read"] += 1
                runs = tempfile.mkdtemp()
                status, _, errors = run(
                    program, ["train", str(path), "--target", target, "--epochs", "2", "--quiet", "--output", f"{runs}/r"],
                    ROOT, 120)
                if status == 0:
                    counts[package, "learned"] += 1
                    continue
                kind = "read, not learned"
            else:
                kind = "not read"
            refused[kind, reason(errors)].append(f"{package}: {name}")
            print(kind, package, name, target, errors.strip()[:300], file=sys.stderr)
    lines = ["## Tables that packages ship\n",
             "Each file was looked at with `glassbox data FILE` and learned from with `glassbox train FILE --target "
             f"LAST_COLUMN --epochs 2`. Of pydataset every {EVERY}th table, of all only those below "
             f"{LARGEST // 1_000_000} MB.\n",
             "| package | files | read | learned from |", "|---|---|---|---|"]
    for package, version in versions.items():
        lines.append(f"| {package} {version} | " + " | ".join(
            str(counts[package, kind]) for kind in ("files", "read", "learned")) + " |")
    lines.append("| together | " + " | ".join(
        str(sum(counts[package, kind] for package in versions)) for kind in ("files", "read", "learned")) + " |")
    if refused:
        lines += ["\nWhy the others are not:\n", "| what | files | why | such as |", "|---|---|---|---|"]
        for (kind, why), names in sorted(refused.items(), key=lambda item: (item[0][0], -len(item[1]))):
            lines.append(f"| {kind} | {len(names)} | {why} | {', '.join(names[:3])} |")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default=str(ROOT / ".build/release/glassbox"))
    parser.add_argument("--before")
    parser.add_argument("--before-name", default="an earlier commit")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--folder", default=str(ROOT / "Tests/CommandsTests/Field"))
    parser.add_argument("--packages", action="store_true")
    parser.add_argument("--output", default=str(ROOT / "Docs/field.md"))
    arguments = parser.parse_args()
    page = pathlib.Path(arguments.output)
    mark = "## Tables that packages ship"
    old = page.read_text() if page.exists() else ""
    small, _, shipped = old.partition(mark)
    if arguments.packages:
        shipped = packages(arguments.program)
    else:
        shipped = mark + shipped if shipped else ""
    if not arguments.packages or not small:
        small = INTRODUCTION + fields(arguments)
    page.write_text(small.rstrip() + "\n" + ("\n" + shipped if shipped else ""))


if __name__ == "__main__":
    main()
