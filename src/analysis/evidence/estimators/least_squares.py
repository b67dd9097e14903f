"""Least squares with stratum effects, its errors by leaving out whole persons.

One row is one account. Leaving out one person at a time is CR3 (Bell and McCaffrey 2002, Survey
Methodology 28); persons of one row make it HC3 (MacKinnon and White 1985, Journal of Econometrics
29). statsmodels has HC3 but no CR3.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import statsmodels.api as sm

from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.estimators.rows import Floats, Integers

_NOTHING = 1e-9  # what is left after rounding, as a share of what was there
_COLLINEAR = 1e-7  # columns closer than this lose all digits in their cross-products


@dataclass(frozen=True, slots=True)
class Fit:
    """Coefficients of a fit, slopes first, then one level per stratum.

    Attributes:
        changes: of the coefficients without each person, shape (persons, coefficients).
    """

    coefficients: Floats
    changes: Floats

    @property
    def covariance(self) -> Floats:
        """Of the coefficients, by leaving out whole persons."""
        return self.changes.T @ self.changes

    @property
    def degrees_of_freedom(self) -> float:
        """Persons beyond coefficients."""
        return float(np.subtract(*self.changes.shape))

    @property
    def slope(self) -> tuple[float, float, float]:
        """The first slope, its standard error and its degrees of freedom."""
        error = float(np.sqrt(self.covariance[0, 0]))
        return float(self.coefficients[0]), error, self.degrees_of_freedom

    @property
    def carried_by(self) -> float:
        """Degrees of freedom of the first slope's error: few where few persons carry it.

        2 V^2 / sum of fourth powers of its changes, V the sum of their squares, and never more
        than persons beyond coefficients.
        """
        squares = self.changes[:, 0] ** 2
        by_changes = float(2 * squares.sum() ** 2 / (squares**2).sum())
        return max(min(by_changes, self.degrees_of_freedom), 1.0)

    def contrast(self, weights: Floats) -> tuple[Floats, Floats]:
        """Values and standard errors of linear combinations, one per row of ``weights``."""
        variance = np.einsum("ij,jk,ik->i", weights, self.covariance, weights)
        return weights @ self.coefficients, np.sqrt(np.maximum(variance, 0))


def fit(
    outcome: Floats,
    columns: Floats,
    stratum: Integers,
    person: Integers,
    *,
    weight: Floats | None = None,
) -> Fit:
    """Fit columns and strata, errors by leaving out persons.

    Args:
        outcome: shape (rows,).
        columns: shape (rows, slopes).
        stratum, person: label of each row.
        weight: of each row, positive, held fixed when persons are left out; None weighs all alike.

    Raises:
        NotEstimableError: a column does not vary inside strata, no degrees of freedom are left,
            or without some person a coefficient could not be estimated.
    """
    design = np.column_stack([columns, stratum[:, None] == np.unique(stratum)]).astype(float)
    if weight is not None:
        root = np.sqrt(weight)
        outcome, design = outcome * root, design * root[:, None]
    beyond = len(np.unique(person)) - design.shape[1]
    rank = np.linalg.matrix_rank(np.linalg.qr(design, mode="r"), rtol=_COLLINEAR)
    if beyond < 1 or rank < design.shape[1]:
        raise NotEstimableError("the creators of each niche differ too little for a comparison")
    found = sm.OLS(outcome, design).fit(method="qr")
    bread = np.asarray(found.normalized_cov_params)
    changes = []
    for rows in _by_size(person):
        block = design[rows]  # persons, rows of each, columns
        hat = block @ bread @ block.transpose(0, 2, 1)
        values, vectors = np.linalg.eigh(np.eye(rows.shape[1]) - hat)
        if values.min() < _NOTHING:
            raise NotEstimableError("one creator decides alone")
        turned = np.einsum("cij,ci->cj", vectors, found.resid[rows]) / values
        changes.append(np.einsum("cik,cij,cj->ck", block, vectors, turned) @ bread)
    return Fit(np.asarray(found.params), np.concatenate(changes))


def _by_size(person: Integers) -> list[npt.NDArray[np.intp]]:
    """Row numbers of persons, grouped by how many they have.

    One array (persons, rows of each) per number of rows.
    """
    order = np.argsort(person, kind="stable")
    starts, sizes = np.unique(person[order], return_index=True, return_counts=True)[1:]
    return [order[starts[sizes == size][:, None] + np.arange(size)] for size in np.unique(sizes)]
