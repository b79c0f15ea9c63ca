"""Single words that name what the field treats, with what, and where; small letters, singular."""

from typing import Final

TREATMENTS: Final = frozenset(
    """
    micro microneedling dermaroller dermarolling dermapen needling roller subcision microblading
    peel peeling laser ipl bbl co erbium fraxel picosecond pico nd yag diode alexandrite prp prf
    mesotherapy botox dysport xeomin jeuveau toxin neurotoxin neuromodulator botulinum filler
    juvederm restylane radiesse sculptra biostimulator profhilo booster kybella aqualyx thread
    lift facelift necklift blepharoplasty rhinoplasty liposuction lipolysis cryolipolysis
    coolsculpting emsculpt hifu ultherapy ultrasound radiofrequency thermage morpheus rf
    hydrafacial hydrodermabrasion microdermabrasion dermabrasion dermaplaning facial led
    phototherapy photodynamic pdt microcurrent electrolysis waxing threading sclerotherapy
    cryotherapy carboxytherapy transplant augmentation implant graft excision injection
    injectable lamination tint tattoo tattooing piercing resurfacing rejuvenation contouring
    sculpting tightening hyaluronidase implantation abdominoplasty mammoplasty otoplasty
    """.split()  # noqa: SIM905 - A list of words reads better as words.
)
CONDITIONS: Final = frozenset(
    """
    acne scar scarring wrinkle line furrow blemish pimple breakout blackhead whitehead milia
    keloid melasma hyperpigmentation pigmentation discoloration discolouration freckle spot
    rosacea eczema psoriasis dermatitis vitiligo wart mole lesion keratosis xanthelasma vein
    telangiectasia birthmark hemangioma cellulite fat stretch striae hair alopecia baldness
    hyperhidrosis sweating sagging laxity jowl dandruff cyst lipoma folliculitis hirsutism
    eyebag pore aging ageing tumor melanoma carcinoma fungus angioma
    """.split()  # noqa: SIM905 - As above.
)
SUBSTANCES: Final = frozenset(
    """
    retinol retinoid tretinoin adapalene tazarotene retinal niacinamide hydroquinone glycolic
    salicylic lactic mandelic azelaic kojic tranexamic tca phenol aha bha ha hyaluronic
    hyaluronate isotretinoin accutane benzoyl peroxide steroid corticosteroid finasteride
    minoxidil spironolactone vitamin peptide ceramide antioxidant collagenase exfoliant
    """.split()  # noqa: SIM905 - As above.
)
AREAS: Final = frozenset(
    """
    face neck forehead cheek chin lip eye eyelid eyebrow brow nose jaw jawline temple scalp ear
    chest breast arm underarm armpit hand finger abdomen stomach belly waist flank hip buttock
    thigh leg knee calf foot toe bikini decolletage beard
    """.split()  # noqa: SIM905 - As above.
)
