"""The section types: the one table from which every other list of types derives."""

from dataclasses import dataclass
from typing import Final, Literal

ReviewClass = Literal["clinical", "commercial", "editorial"]


@dataclass(frozen=True, slots=True)
class SectionType:
    """One kind of section.

    `order` is the usual place in an article; `health_aspect` the schema.org
    `HealthAspectEnumeration` member that says the same, where one exists; `review_class` who
    must sign the text.
    """

    key: str
    label: str
    definition: str
    order: int
    health_aspect: str | None
    review_class: ReviewClass = "clinical"


SECTION_TYPES: Final[dict[str, SectionType]] = {
    kind.key: kind
    for kind in (
        SectionType(
            "overview",
            "Overview",
            "What it is: background, introduction, causes or kinds of the condition.",
            10,
            "OverviewHealthAspect",
        ),
        SectionType(
            "mechanism",
            "How it works",
            "What it does in the tissue, and why that helps.",
            20,
            "HowItWorksHealthAspect",
        ),
        SectionType(
            "benefits",
            "Benefits",
            "Advantages, uses, what it treats.",
            30,
            "BenefitsHealthAspect",
        ),
        SectionType(
            "effectiveness",
            "Effectiveness",
            "Whether it works and how much, when it shows, how long it lasts.",
            40,
            "EffectivenessHealthAspect",
        ),
        SectionType("suitability", "Suitability", "Whom it suits.", 50, None),
        SectionType(
            "preparation",
            "Preparation",
            "Before the session: what to stop and avoid, consultation, choosing a provider.",
            60,
            None,
        ),
        SectionType(
            "procedure",
            "Procedure",
            "Steps, sessions and their spacing, devices, variants, pain during the session.",
            70,
            "UsageOrScheduleHealthAspect",
        ),
        SectionType(
            "aftercare",
            "Aftercare",
            "After the session: care, downtime, healing, normal reactions.",
            80,
            "SelfCareHealthAspect",
        ),
        SectionType(
            "risks",
            "Risks",
            "Side effects, complications, safety, contraindications, who must not have it.",
            90,
            "RisksOrComplicationsHealthAspect",
        ),
        SectionType(
            "recurrence_factors",
            "Recurrence factors",
            "Whether it comes back or fades, why, and what prolongs or prevents.",
            100,
            "PrognosisHealthAspect",
        ),
        SectionType(
            "alternatives",
            "Alternatives",
            "Another treatment or brand, and comparisons.",
            110,
            "TreatmentsHealthAspect",
        ),
        SectionType("cost", "Cost", "The price and what it depends on.", 120, None, "commercial"),
        SectionType("faq", "Questions and answers", "Pairs of question and answer.", 130, None),
        SectionType(
            "summary",
            "Summary",
            "Conclusion, verdict, takeaways.",
            140,
            "OverviewHealthAspect",
        ),
        SectionType(
            "other",
            "Other",
            "Recognised as none of the others: an editor must decide before it is published.",
            900,
            None,
            "editorial",
        ),
    )
}

FAQ: Final = "faq"
OTHER: Final = "other"
