"""The typical creator by geometric means: rates that are rarely 0."""

import numpy as np
import numpy.typing as npt

from analysis.evidence.estimators.estimate import Estimate, NotEstimableError, with_t
from analysis.evidence.estimators.least_squares import fit
from analysis.evidence.estimators.rows import checked_creators


def geometric_mean_ratio(
    numerator: npt.ArrayLike,
    exposure: npt.ArrayLike,
    micro: npt.ArrayLike,
    stratum: npt.ArrayLike,
    *,
    level: float,
    person: npt.ArrayLike | None = None,
) -> Estimate:
    """Compare typical creators by geometric means of (numerator + 0.5) / exposure.

    Ordinary least squares of the creators' log rates on the arm with stratum effects, CR3 errors
    by person (Bell and McCaffrey 2002; HC3 where every person has one account) and t with the
    degrees of freedom of that error, few where few persons carry it.

    Args:
        numerator: per creator, such as likes and comments or orders; not negative.
        exposure: what it is divided by, such as views or clicks; positive.
        micro: True for creators of the micro arm, False for those of the macro arm.
        stratum: niche or campaign of each creator; compared within.
        level: of the interval, like 0.95.
        person: owner of each account; None makes every account a person's own.

    Raises:
        UsageError: a number is missing, infinite or negative.
        NotEstimableError: all rates are the same, or creators cannot tell tier and stratum apart.

    Example:
        >>> rates = np.array([0.05, 0.04, 0.06, 0.03, 0.02, 0.025])
        >>> one = np.zeros(6, dtype=np.int64)
        >>> tier = np.array([True, True, True, False, False, False])
        >>> fit = geometric_mean_ratio(rates * 1e6, np.full(6, 1e6), tier, one, level=0.95)
        >>> round(fit.ratio, 2)
        2.0
    """
    numerator, exposure, micro, stratum, person = checked_creators(
        numerator, exposure, micro, stratum, person
    )
    if np.allclose(numerator * exposure[0], exposure * numerator[0], rtol=1e-9, atol=0):
        raise NotEstimableError("every creator has the same rate, so nothing tells spread")
    log_rate = np.log((numerator + 0.5) / exposure)
    fitted = fit(log_rate, micro[:, None].astype(float), stratum, person)
    log_ratio, error, _ = fitted.slope
    method = "geometric means, CR3 by person, t"
    return with_t(log_ratio, error, fitted.carried_by, level=level, method=method)
