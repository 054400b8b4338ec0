"""What the tests of the scorer share: ways to make its inputs."""

from decimal import Decimal

from hypothesis import strategies as st

from leadapp.rules.stages import LeadStage
from leadapp.scoring.assessment import Inputs

THRESHOLDS = st.decimals(Decimal("0.01"), Decimal(1), places=2)

ALL_INPUTS = st.builds(
    Inputs,
    source=st.sampled_from(["scanner", "partner", "manual", "unknown", "web form", ""]),
    source_name=st.sampled_from(["Partner", "trade fair", "Unknown", "x", " "]),
    stage=st.sampled_from(LeadStage),
    activity_count=st.integers(0, 9) | st.integers(0, 2**31 - 1),
    business_domain=st.sampled_from([None, "", "  ", "Retail"]),
    threshold=THRESHOLDS,
)


def lead(source: str, stage: str, count: int, domain: str | None, at: str = "0.60") -> Inputs:
    """Inputs in the order in which the worked values name them."""
    return Inputs(
        source=source,
        source_name=source,
        stage=LeadStage(stage),
        activity_count=count,
        business_domain=domain,
        threshold=Decimal(at),
    )
