"""What a score advises, whatever scorer it comes from."""

from decimal import Decimal

from leadapp.rules.values import check_score
from leadapp.scoring.assessment import Recommendation

_MARGIN = Decimal("0.10")


def transfer_from(threshold: Decimal) -> Decimal:
    """The score from which a lead with a domain is advised to be transferred."""
    return min(threshold + _MARGIN, Decimal("1.00"))


def recommend(score: Decimal, has_domain: bool, threshold: Decimal) -> Recommendation:
    """The advice: transfer well above the threshold, drop at half of it or less, else go on.

    Advice is no permission: `leadapp.rules.handoff` decides. Raises ValueError for no score.
    """
    score = check_score(score)
    if has_domain and score >= transfer_from(threshold):
        return Recommendation.TRANSFER_TO_SALES
    if score * 2 <= threshold:
        return Recommendation.DROP_LEAD
    return Recommendation.CONTINUE_QUALIFICATION
