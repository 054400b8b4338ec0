"""Rules, services and database agree on whatever is done to leads, in whatever order."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from leadapp.errors import HandoffRefused, InvalidTransition, LeadIsFinal, Refusal
from leadapp.permissions import Role, command_actor
from leadapp.queries.lead_view import DEFAULT_SCORER, LeadView
from leadapp.rules.activities import ActivityKind, raises_count
from leadapp.rules.handoff import HandoffFacts, unmet_conditions
from leadapp.rules.stages import LEAD_PIPELINE, LeadStage
from leadapp.rules.staleness import ScoredInputs, is_stale
from leadapp.rules.values import is_score
from leadapp.scoring.assessment import Inputs
from leadapp.scoring.rule_table import score_of
from leadapp.services import company
from leadapp.services.activities import log_activity
from leadapp.services.analysis import analyze
from leadapp.services.handoff import hand_off
from leadapp.services.leads import create_lead, update_lead
from leadapp.services.pipeline import move
from tests.factories import NOW, make_user, reload

MACHINE = command_actor()
SOURCES = st.sampled_from(["scanner", "partner", "manual", "unknown"])
DOMAINS = st.sampled_from([None, "Retail", "Mining", " "])
STAGES = st.sampled_from(LeadStage)
SCORES = st.sampled_from(["0.59", "0.5999", "0.60", "0.6001", "1", "0", "NaN", "1.5", "-0.1"])
THRESHOLDS = st.sampled_from(["0.01", "0.55", "0.60", "0.75", "1.00"])


@dataclass(frozen=True)
class Model:
    """A lead as it must be."""

    source: str
    source_id: int
    stage: LeadStage
    count: int
    domain: str | None
    domain_id: int | None
    score: Decimal | None = None
    then: ScoredInputs | None = None

    @property
    def final(self) -> bool:
        return LEAD_PIPELINE.is_final(self.stage)

    def inputs(self, threshold: Decimal) -> ScoredInputs:
        return ScoredInputs(
            source_id=self.source_id,
            stage=self.stage,
            activity_count=self.count,
            business_domain_id=self.domain_id,
            threshold=threshold,
            scorer=DEFAULT_SCORER,
        )

    def stale(self, threshold: Decimal) -> bool:
        scored = None if self.score is None else self.then
        return is_stale(scored, self.inputs(threshold), self.final)


def outcome(call: Any, *args: Any, **values: Any) -> type[Refusal] | None:
    """The refusal that a service answers with, or None where it does what it is told."""
    try:
        call(*args, actor=MACHINE, now=NOW, **values)
    except Refusal as refusal:
        return type(refusal)
    return None


def machine_of(session: Session, salesperson_id: int) -> type[RuleBasedStateMachine]:
    """The machine; everything that a run of it does is rolled back after it."""

    class Leads(RuleBasedStateMachine):
        leads = Bundle("leads")

        def __init__(self) -> None:
            super().__init__()
            self.savepoint = session.begin_nested()
            self.model: dict[int, Model] = {}
            self.threshold = Decimal("0.60")
            self.require_fresh = False

        def teardown(self) -> None:
            self.savepoint.rollback()
            session.expire_all()

        def database_takes(self, statement: str, **values: object) -> bool:
            """Whether the database lets such a change through by itself; it is not kept."""
            attempt = session.begin_nested()
            try:
                session.execute(text(statement), values)
            except DBAPIError:
                return False
            finally:
                attempt.rollback()
            return True

        def learn(self, lead: LeadView) -> None:
            """Take over the ids that only the database knows."""
            known = self.model[lead.id]
            self.model[lead.id] = replace(
                known, source_id=lead.source_id, domain_id=lead.business_domain_id
            )

        @rule(target=leads, source=SOURCES, count=st.integers(0, 8), domain=DOMAINS)
        def create(self, source: str, count: int, domain: str | None) -> int:
            values = {"source": source, "activity_count": count, "business_domain": domain}
            lead = create_lead(values, actor=MACHINE, now=NOW)
            named = (domain or "").strip() or None
            self.model[lead.id] = Model(source, 0, LeadStage.NEW, count, named, None)
            self.learn(lead)
            return lead.id

        @rule(lead=leads, to=STAGES.filter(lambda stage: stage is not LeadStage.TRANSFERRED))
        def move_it(self, lead: int, to: LeadStage) -> None:
            known = self.model[lead]
            allowed = to in LEAD_PIPELINE.targets(known.stage)
            assert outcome(move, lead, to) is (None if allowed else InvalidTransition)
            if allowed:
                self.model[lead] = replace(known, stage=to)

        @rule(lead=leads)
        def move_it_forward(self, lead: int) -> None:
            known = self.model[lead]
            following = LEAD_PIPELINE.next_of(known.stage)
            if following is not None and following is not LeadStage.TRANSFERRED:
                self.move_it(lead, following)

        @rule(lead=leads, to=STAGES)
        def move_it_past_the_services(self, lead: int, to: LeadStage) -> None:
            stage = self.model[lead].stage
            allowed = to in LEAD_PIPELINE.targets(stage) and to is not LeadStage.TRANSFERRED
            statement = "UPDATE leads SET stage = :to WHERE id = :id"
            assert self.database_takes(statement, to=to, id=lead) is (allowed or to is stage)

        @rule(lead=leads)
        def hand_it_off(self, lead: int) -> None:
            known = self.model[lead]
            facts = HandoffFacts(
                stage=known.stage,
                score=known.score,
                business_domain=known.domain,
                threshold=self.threshold,
                stale=known.stale(self.threshold),
                require_fresh=self.require_fresh,
            )
            expected: type[Refusal] | None = None
            if LeadStage.TRANSFERRED not in LEAD_PIPELINE.targets(known.stage):
                expected = InvalidTransition
            elif unmet_conditions(facts):
                expected = HandoffRefused
            assert outcome(hand_off, lead, salesperson_id=salesperson_id) is expected
            if expected is None:
                self.model[lead] = replace(known, stage=LeadStage.TRANSFERRED)

        @rule(lead=leads)
        def analyze_it(self, lead: int) -> None:
            known = self.model[lead]
            assert outcome(analyze, lead) is (LeadIsFinal if known.final else None)
            if not known.final:
                inputs = Inputs(
                    known.source, known.source, known.stage, known.count, known.domain,
                    self.threshold,
                )  # fmt: skip
                then = known.inputs(self.threshold)
                self.model[lead] = replace(known, score=score_of(inputs), then=then)

        @rule(lead=leads, score=SCORES)
        def give_it_a_score(self, lead: int, score: str) -> None:
            known, value = self.model[lead], Decimal(score)
            if known.then is None:
                return
            statement = "UPDATE leads SET ai_score = CAST(:score AS numeric) WHERE id = :id"
            same = known.score == value
            allowed = is_score(value) and (not known.final or same)
            assert self.database_takes(statement, score=score, id=lead) is allowed
            if allowed:
                session.execute(text(statement), {"score": score, "id": lead})
                self.model[lead] = replace(known, score=value)

        @rule(lead=leads, kind=st.sampled_from(ActivityKind))
        def log_an_activity(self, lead: int, kind: ActivityKind) -> None:
            known = self.model[lead]
            assert outcome(log_activity, lead, kind, note="Words") is None
            if raises_count(kind, known.stage):
                self.model[lead] = replace(known, count=known.count + 1)

        @rule(lead=leads, domain=DOMAINS)
        def change_its_domain(self, lead: int, domain: str | None) -> None:
            known = self.model[lead]
            expected = LeadIsFinal if known.final else None
            assert outcome(update_lead, lead, {"business_domain": domain}) is expected
            if not known.final:
                self.model[lead] = replace(known, domain=(domain or "").strip() or None)
                self.learn(reload(lead))

        @rule(lead=leads, source=SOURCES)
        def change_its_source(self, lead: int, source: str) -> None:
            known = self.model[lead]
            expected = LeadIsFinal if known.final else None
            assert outcome(update_lead, lead, {"source": source}) is expected
            if not known.final:
                self.model[lead] = replace(known, source=source)
                self.learn(reload(lead))

        @rule(threshold=THRESHOLDS)
        def set_the_threshold(self, threshold: str) -> None:
            assert outcome(company.set_threshold, threshold) is None
            self.threshold = Decimal(threshold)

        @rule(required=st.booleans())
        def require_a_fresh_score(self, required: bool) -> None:
            assert outcome(company.set_require_fresh_score, required) is None
            self.require_fresh = required

        @rule(lead=leads, domain=DOMAINS)
        def bring_it_to_the_gate(self, lead: int, domain: str | None) -> None:
            """Where most of what matters happens."""
            self.change_its_domain(lead, domain)
            for _ in LEAD_PIPELINE.steps:
                self.move_it_forward(lead)
            self.analyze_it(lead)
            if not self.model[lead].final:
                self.hand_it_off(lead)

        @invariant()
        def every_lead_is_as_it_must_be(self) -> None:
            for lead_id, known in self.model.items():
                lead = reload(lead_id)
                assert (lead.stage, lead.activity_count) == (known.stage, known.count)
                assert (lead.source, lead.business_domain) == (known.source, known.domain)
                assert (lead.ai_score, lead.stale) == (known.score, known.stale(self.threshold))

        @invariant()
        def transferred_if_and_only_if_there_is_a_sale_that_meets_its_gate(self) -> None:
            statement = text("""
                SELECT count(*) FROM leads l FULL JOIN sales s ON s.lead_id = l.id
                WHERE (l.stage = 'transferred') <> (s.id IS NOT NULL)
                    OR NOT (s.score >= s.threshold AND s.score <= 1)
                    OR btrim(s.business_domain) = ''
            """)
            assert session.scalar(statement) == 0

    return Leads


def test_rules_services_and_database_agree(db_session: Session) -> None:
    salesperson_id = make_user(Role.REP).id
    run_state_machine_as_test(
        machine_of(db_session, salesperson_id),
        settings=settings(
            max_examples=40,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
