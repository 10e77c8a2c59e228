#!/usr/bin/env python3
"""A regression on dummies with clustered standard errors, by statsmodels: what tests/flows_panel_test.py holds `tamga flows roundabout` against.

Standard input: {"method": "ols"|"ppml", "outcome": […], "treatment": […], "effects": [[…], …], "clusters": […]}; levels are any text.
Standard output: {"coefficient", "standard_error", "observations", "rank", "version"}. Exit status 77: statsmodels is not there.
"""
import json
import sys

try:
    import numpy
    import scipy.linalg
    import statsmodels
    import statsmodels.api
except ImportError:
    sys.exit(77)


def levels(keys):
    numbers = {}
    return numpy.array([numbers.setdefault(key, len(numbers)) for key in keys])


def main():
    given = json.load(sys.stdin)
    outcome = numpy.array(given["outcome"], dtype=float)
    treatment = numpy.array(given["treatment"], dtype=float)
    effects = [levels(keys) for keys in given["effects"]]
    clusters = levels(given["clusters"])
    if given["method"] == "ppml":
        # A level without any trade has no finite effect; what is in it tells nothing.
        kept = numpy.ones(len(outcome), dtype=bool)
        while True:
            before = kept.sum()
            for effect in effects:
                sums = numpy.bincount(effect[kept], weights=outcome[kept], minlength=effect.max() + 1)
                kept &= sums[effect] > 0
            if kept.sum() == before:
                break
        outcome, treatment, clusters = outcome[kept], treatment[kept], clusters[kept]
        effects = [effect[kept] for effect in effects]
    dummies = numpy.hstack([(effect[:, None] == numpy.unique(effect)[None, :]).astype(float) for effect in effects])
    # Columns that others explain go, by QR with pivots, so that statsmodels counts what is left.
    triangle, pivots = scipy.linalg.qr(dummies, mode="r", pivoting=True)
    diagonal = numpy.abs(numpy.diag(triangle))
    rank = int((diagonal > 1e-9 * diagonal[0]).sum())
    exog = numpy.column_stack([treatment, dummies[:, numpy.sort(pivots[:rank])]])
    if given["method"] == "ols":
        model = statsmodels.api.OLS(outcome, exog)
        fit = model.fit(cov_type="cluster", cov_kwds={"groups": clusters})
    else:
        model = statsmodels.api.GLM(outcome, exog, family=statsmodels.api.families.Poisson())
        fit = model.fit(cov_type="cluster", cov_kwds={"groups": clusters}, maxiter=60, tol=1e-12)
    json.dump({"coefficient": float(fit.params[0]), "standard_error": float(fit.bse[0]), "observations": len(outcome), "rank": rank + 1,
               "version": statsmodels.__version__}, sys.stdout)


if __name__ == "__main__":
    main()
