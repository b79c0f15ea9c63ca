"""The words by which sections are recognised, as data: patterns, weights, section types.

Patterns are matched against small letters with straight apostrophes. `TREATMENT` stands for the

"""

import re
from dataclasses import dataclass
from typing import Final

_SOME: Final = r"(?:[\w'/&-]+ ){0,6}?"
_FEW: Final = r"(?:[\w'/&-]+ ){0,3}?"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A pattern that speaks for a section type, and how loudly."""

    type: str
    weight: float
    pattern: re.Pattern[str]


def _phrases(table: dict[str, tuple[tuple[float, str], ...]]) -> tuple[Phrase, ...]:
    return tuple(
        Phrase(key, weight, re.compile(pattern.replace("SOME", _SOME).replace("FEW", _FEW)))
        for key, rows in table.items()
        for weight, pattern in rows
    )


FAQ_HEADING: Final = re.compile(
    r"\bfaqs?\b|\bfrequently[ -]asked\b|\b(?:common|commonly asked|popular|top|more|other|your|patient|general) "
    r"(?:\w+ ){0,3}questions\b|^questions (?:about|and|&|people|patients|you)|^(?:the )?questions?(?: time)?:?$|"
    r"\bq ?(?:&|and) ?as?\b|\bquestions answered\b|^people also ask"
)
CLOSING_HEADING: Final = re.compile(
    r"^(?:in )?conclusions?\b|\bconclusion:?$|^(?:in |a )?(?:quick |short |brief )?summary\b|\bsummary:?$|^final (?:thoughts|words?|verdict|note)|"
    r"^to (?:sum|wrap|conclude)|\b(?:key |main )?take[- ]?aways?\b|\bbottom line\b|^wrapping (?:it )?up|^wrap[- ]up|"
    r"\bverdict\b|^in (?:short|closing|a nutshell|brief)\b|^closing (?:thoughts|words|remarks)|^tl;? ?dr|^embracing\b|"
    r"^the last word|^last(?:ing)? words?\b|^key points\b|^abstract\b|^parting (?:thoughts|words)|\bsum(?:ming)? it (?:all )?up\b|"
    r"^what (?:to|you should) remember|^the short (?:answer|version)|^final$"
)
OPENING_HEADING: Final = re.compile(
    r"^(?:understanding|introduction|an? introduction|introducing|overview|an overview|what (?:is|are)\b|"
    r"a guide|the (?:ultimate|complete|essential) guide|guide to)"
)
AFTER_CONCLUSION: Final = re.compile(
    r"^(?:references?|sources?|citations?|bibliography|further reading|related|about|disclaimer|author|notes?\b|"
    r"next steps?|resources|contact|book|schedule|glossary|appendix|read|share|comments?|why choose|ready to|footnotes?)"
)

HEADING_PHRASES: Final = _phrases(
    {
        "faq": ((6.0, FAQ_HEADING.pattern),),
        "summary": ((6.0, CLOSING_HEADING.pattern), (2.0, r"\bfinal\b|\boverall\b|\brecap\b")),
        "cost": (
            (
                5.0,
                r"\bcosts?\b(?!-effective)|\bprices?\b|\bpricing\b|\bhow much (?:does|is|do|are|will) (?!SOMEneed)SOME(?:cost|charge|pay)",
            ),
            (
                4.0,
                r"\bhow expensive\b|\bafford|\binsurance\b|\bfinanc|\bfees?\b|\bhow much (?:is|are)\b|\bworth the money\b|\bpackages?\b|\badditional sessions\b",
            ),
        ),
        "aftercare": (
            (
                5.0,
                r"\bafter[ -]?care\b|\bpost[- ]?(?:\w+[- ])?(?:treatment|procedure|care|op\b|operative|session|peel|laser|surgery)",
            ),
            (
                4.5,
                r"\brecover(?:y|ing)?\b|\bdown ?time\b|\bhealing (?:timeline|time|phase|stages?|period)\b|\b(?:what|normal) SOMEhealing looks\b|\bhow long SOMEheal",
            ),
            (
                4.0,
                r"\bcar(?:e|ing) (?:for|of) (?:your|the) \w+ after\b|\bhow to care for\b|\bafter (?:your|the|a|an|each|every)\b|\bimmediately after\b|\bwhat (?:to|should i|not to|you should) (?:do|avoid|eat|use)? ?SOMEafter\b",
            ),
            (
                3.5,
                r"\bdo'?s and don'?ts\b|\bdon'?ts?:?$|^\W*do:?$|\bfirst (?:\d+|few|day|night|week|two|three)\b|\bdays? (?:\d|one|two|three|four|five|six|seven)\b|\b\d+ ?(?:-|–|to) ?\d+ hours\b|\bweeks? (?:\d|one|two)\b",
            ),
            (
                3.0,
                r"\bafter\b(?! and )|\bskin ?care routine\b|\bnot to do\b|\btips to keep\b|\bcan i (?:wear|use|shower|exercise|wash|drink|work)\b|\bwear make ?-?up\b|\bback to (?:work|normal)\b|\bmaintenance & long-term care\b|\bhealing\b",
            ),
            (2.0, r"\bsunscreen\b|\bmoistur|\bskincare\b|\bavoid\b"),
        ),
        "risks": (
            (
                5.0,
                r"\brisks?\b(?! of (?:scar )?recurrence)|\bside[- ]?effects?\b|\bcomplications?\b|\badverse\b|\bcontra-?indicat|\bdangers?\b|\bdangerous\b|\bgo wrong\b",
            ),
            (
                4.5,
                r"\bwho (?:should|must|can) ?(?:not|n't)|\bwho shouldn'?t\b|\bwho should avoid\b|\bwho (?:may|might|is|are) not\b|\b(?:not|n't) (?:be )?(?:recommended|suitable|treated|have|safe)\b",
            ),
            (
                4.0,
                r"\bsafe(?:ty|ly)?\b|\bprecautions?\b|\bwarnings?\b|\ballerg|\binfect(?:ion|ed)\b|\bcause (?:scars?|scarring|damage|cancer)\b|\bdrawbacks\b|\bdisadvantages\b|^cons\b|\bworse\b|\bdetox symptoms\b",
            ),
            (2.5, r"\bconcerns?\b|\bbad for\b|\bharm|\bdamage\b|\bdiscomfort\b|\bpregnan|\bbreast"),
        ),
        "recurrence_factors": (
            (
                5.5,
                r"\brecur|\b(?:come|comes|coming|came|grow|grows|growing) back\b|\breturn(?:s|ing|ed)?\b|\bregrow|\brelaps|\bre-?appear",
            ),
            (
                5.0,
                r"\bwear(?:s|ing)? off\b|\bfad(?:e|es|ed|ing)\b|\blast longer\b|\bprolong|\blongevity\b|\breversal\b|\bstopp?(?:ing)? (?:treatment|using)\b|\bkeep SOMEfrom\b",
            ),
            (
                4.5,
                r"\bmaintenance\b|\bmaintain(?:ing)?\b|\btop-?ups?\b|\btouch-?ups?\b|\bno permanent cure\b|\blong-term (?:effects?|results?|planning|care)\b|\bwhat determines\b",
            ),
            (
                4.0,
                r"\bfactors\b(?!SOMEsessions)|\bwhat (?:affects|influences)\b|\bprevent(?:ing|s|ion)? (?!age)",
            ),
            (
                3.0,
                r"\bpermanen|\blong[ -]term\b|\blifestyle\b|\bhormon|\bmetabolism\b|\bgenetic|\bweight gain\b|\bincomplete treatment\b|\bresidual\b",
            ),
        ),
        "effectiveness": (
            (
                5.0,
                r"\beffectiveness\b|\befficacy\b|\bhow effective\b|\bsuccess rates?\b|\bclinical (?:evidence|studies|trials|results|data)\b|\bresearch\b|\bevidence\b|\bhow well\b",
            ),
            (
                4.5,
                r"\bhow long (?:do|does|will|can|should|would|is|are)? ?SOMElasts?\b|\bhow long SOME(?:see|notice|show|results?|improvement)\b|\bwhen (?:do|does|will|can|should) SOME(?:see|visible|work|results?|show|notice)",
            ),
            (
                4.5,
                r"\b(?:do|does|can|will|did) (?!I |you )SOME(?:really |actually )?(?:work|help|remove|improve|get rid|reduce|treat|boost|tighten|fix)\b(?! with)",
            ),
            (
                3.5,
                r"\beffective\b|\bresults?\b|\boutcomes?\b|\bbefore and after\b|\bimprovements?\b|\bsatisf|\blifespan\b|\bexpectations?\b|\bdo not work\b",
            ),
            (
                2.5,
                r"\bwork\?|\bpermanen|\blasts?\b|\bsuccess|\bscar reduction\b|\bprove[ns]?\b|\breally\b|\bworth it\b",
            ),
        ),
        "mechanism": (
            (
                5.5,
                r"\bhow SOMEworks?\b(?! best)|\bmechanisms?\b|\bscience\b|\bmode of action\b|\bhow (?:does|do|can) SOME(?:help|stimulate|reduce|treat|improve|affect|achieve)\b",
            ),
            (
                4.5,
                r"\bwhy (?:it|they|does|do|SOMEdoes) ?SOMEworks?\b|\bbehind\b|\bcollagen (?:induction|production|stimulation|remodell?ing)\b|\bwhat (?:does|do) SOMEdo\b|\bwhat happens (?:to|in|inside|under)\b",
            ),
            (
                3.5,
                r"\bthe role of\b|\bhealing process\b|\bactions?\b|\bbiolog|\bhow it (?:helps|treats)\b|\binduction\b|\bregenerat",
            ),
        ),
        "benefits": (
            (
                5.0,
                r"\bbenefits?\b|\badvantages?\b|^pros\b|\bpros:?$|\bwhy (?:choose|people (?:choose|love)|get|have|consider|try|should i)\b|\bperks\b",
            ),
            (
                4.5,
                r"\bwhat (?:can|does|do|conditions?|concerns?|areas?|problems?) SOME(?:treat|be treated|help with|address|target|improve|fix)|\bwhat SOMEused? for\b|\bwhich SOMEareas?\b|\bwhy SOME(?:is|are) (?:done|used|popular)\b",
            ),
            (
                4.0,
                r"\buses\b|\bapplications?\b|\bindications?\b|\btreats\b|\bconditions treated\b|\btreatment areas?\b|\bproblem areas\b|\bmay be looking to target\b|\breasons (?:to|for|why)\b",
            ),
            (
                3.0,
                r"\bminimal downtime\b|\bnatural[- ]look|\bnon-?invasive\b|\bquick\b|\bconvenien|\bcost-effective|\bpreventive\b|\bversatil|\bcomfort",
            ),
            (
                1.5,
                r"\bfor (?:acne|scars?|wrinkles|skin|hair|men|women)\b|^\S+ and \S+ scars?$|\bimprov",
            ),
        ),
        "suitability": (
            (
                5.0,
                r"\bcandidates?\b|\bsuitab|\bis SOMEright for (?:you|me|everyone)\b|\beligib|\bqualif(?:y|ies)\b|\bgood fit\b",
            ),
            (
                4.5,
                r"\bwho (?:is|are|can|should|could|would|benefits?|needs?|gets?|will)\b(?! (?:not|avoid))|\ball skin (?:types|tones|colou?rs)\b|\bskin types?\b|\bfor men and women\b|\bdark(?:er)? skin\b|\bskin of colou?r\b",
            ),
            (
                3.0,
                r"\bideal\b|\bwhat age\b|\bhow old\b|\bfor everyone\b|\bfor men\b|\bteen|\bright for\b|\bcan anyone\b",
            ),
        ),
        "preparation": (
            (
                5.0,
                r"\bprepar|\bpre[- ](?:treatment|procedure|op\b|operative|care|session|laser|peel)|\bhow to (?:choose|find|select|pick|get ready)\b|\bchoos(?:e|ing) (?:the |a |an |your )?(?:right|best|good|qualified|provider|clinic|practitioner|doctor|surgeon|dermatologist)\b",
            ),
            (
                4.5,
                r"\bbefore (?:your|the|a|an|treatment|getting|undergoing|having|you|and)\b(?! after)|\bconsult|\bfind(?:ing)? (?:a|an|the|the right) |\bselecting\b|\bquestions to ask\b",
            ),
            (
                4.0,
                r"\bprofessional (?:guidance|procedure|help|advice|treatment)\b|\bqualified\b|\b(?:choice|importance) of (?:a |the )?(?:professional|provider|practitioner|expert)|\bassessment\b|\bpractitioner\b|\bprovider\b|\bpatch test\b|\bwho (?:performs|does|should perform|can perform)\b",
            ),
            (
                2.5,
                r"\bbefore\b(?! (?:and|&) after)|\bskip\b|\bstay hydrated\b|\bavoid\b|\bremove\b|\bthings to know\b",
            ),
        ),
        "procedure": (
            (
                5.0,
                r"\bhow many (?:sessions?|treatments?|appointments?|times|units|syringes)\b|\bhow often\b|\bhow (?:is|are) SOME(?:done|performed|carried|given|administered|applied|used)\b|\bstep[- ]by[- ]step\b|\b(?:number|frequency) of (?:sessions?|treatments?)\b",
            ),
            (
                4.5,
                r"\bduring (?:the|your|a|an|and|treatment)?\b|\bwhat happens\b|\btreatment process\b|\bhow long (?:does|do|is|are|will) (?:the |a |an |each |one |my |your )?SOME(?:take|sessions?|appointment|treatments?|procedure)\b(?! ?SOMElast)|\bsessions?\b|\btypes? of SOME(?:treatments?|peels?|lasers?|fillers?|procedures?|devices?|resurfacing|needles?|threads?)\b",
            ),
            (
                4.0,
                r"\bprocedures?\b(?! of choice)|\bthe process\b|\bsteps?\b|\bhow to use\b|\btechniques?\b|\bpain(?:ful|less)?\b|\bhurts?\b|\banaesthe|\banesthe|\bnumb|\bwhat to expect\b|\bwhat (?:should|can) (?:i|you) expect\b|\bhow much SOMEneed\b",
            ),
            (
                3.0,
                r"\bprocess\b|\bdevices?\b|\btools?\b|\bneedle (?:length|size|depth)|\bschedule\b|\bvariants?\b|\bkinds of treatment|\bperform|\bmethods?\b|\bat[- ]home\b|\bequipment\b|\bsettings?\b|\bpeels?$|\btreatment plan\b|\bapproach\b",
            ),
        ),
        "alternatives": (
            (
                6.0,
                r"\balternatives?\b|\bvs\b\.?|\bversus\b|\bcompar|\bdifferences? between\b|\bhow (?:is|are|does|do) SOME(?:differ|compare)|\bbetter than\b|\binstead of\b",
            ),
            (
                5.0,
                r"\bother (?:treatments?|options?|ways|methods?|procedures?)\b|\bwhich (?:is|one|treatment) (?:is )?(?:better|best|right)\b|\bor\b SOME\w+\?$|\bcombin(?:e|ed|ing|ation)\b",
            ),
        ),
        "overview": (
            (
                3.5,
                r"^what (?:is|are|is a|are the)\b|^what's\b|\bintroduction\b|\boverview\b|\bdefin|\bbackground\b|\bhistory\b|\bbasics\b|\babout\b|\bwhat you (?:need|should) (?:to )?know\b|\bguide\b|\b101\b|\bexplained\b|\beverything\b",
            ),
            (
                3.5,
                r"^understanding\b|\bcauses? (?:of )?|\bwhat causes\b|\btypes of (?:\w+ )*?scar|\bkinds of\b|\bsymptoms?\b|\bnature of\b|\bwhy do (?:we|scars?|people)\b|\bhow (?:do|are) SOMEform",
            ),
            (2.0, r"\bwhat\b|\btypes?\b|\bmeet\b|\bintro\b|\bin treating\b"),
        ),
    }
)

BODY_PHRASES: Final = _phrases(
    {
        "summary": (
            (
                4.0,
                r"^(?:in (?:summary|conclusion|short|closing)|to (?:sum|conclude|summari[sz]e)|overall,|ultimately,|all in all|in a nutshell|tl;? ?dr|therefore,)",
            ),
        ),
        "cost": (
            (
                2.0,
                r"[$£€] ?\d|\b\d[\d,.]* (?:dollars|pounds|euros|rupees)\b|\bper (?:session|syringe|unit) cost|\bcosts? (?:between|about|around|from|depends?|is|var)|\bprices? (?:range|var|depend|start)|\binsurance\b|\b(?:total|overall|average) (?:cost|price)|\bfees?\b",
            ),
        ),
        "aftercare": (
            (
                2.0,
                r"\bafter (?:the |your |a |each )?(?:\w+ )?(?:treatment|procedure|session|microneedling|peel|laser|injections?|surgery)\b|\bafterwards?\b|\bpost-?(?:treatment|procedure|operative) (?:care|instructions)\b",
            ),
            (
                1.5,
                r"\b(?:avoid|no|skip) SOME(?:make ?-?up|sun|exercise|saunas?|swimming|retino|scrubs?|sweating|rubbing|picking|touching)|\b(?:gentle|mild) (?:cleanser|skincare|moisturi)|\bspf\b|\bsunscreen\b|\bsun protection\b|\bsoothing\b|\bfirst (?:few |24 |48 )?(?:days?|hours|weeks?)\b",
            ),
            (
                1.5,
                r"\b(?:for|within|during|at least) (?:\w+ ){0,3}(?:\d+|a few|one|two|several) (?:hours|days)\b|\b(?:redness|swelling|flaking|peeling|shedding|crust\w*)\b SOME(?:subsides?|settles?|normal|resolves?|fades?|days)|\bnormal (?:reactions?|signs?)\b|\bsimilar to a (?:mild )?sunburn\b|\bdowntime\b|\bproper aftercare\b",
            ),
        ),
        "risks": (
            (
                1.8,
                r"\b(?:risks?|side effects?|complications?|adverse)\b|\bcontraindicat|\bshould not (?:be|have|undergo)\b|\bnot (?:recommended|suitable|advised)\b|\bnot be (?:performed|used|done|treated)\b",
            ),
            (
                1.0,
                r"\b(?:infections?|bleeding|bruising|blisters?|burns?|necrosis|allergic|blindness|nerve|hyperpigmentation|scarring)\b|\b(?:generally|considered|very) safe\b|\bpregnan|\bkeloids?\b|\baccutane\b|\bisotretinoin\b",
            ),
        ),
        "recurrence_factors": (
            (
                2.5,
                r"\brecur|\b(?:come|comes|coming|grow|grows) back\b|\b(?:scars?|hair|fat|wrinkles|lines|it|they|results?)\b (?:will |may |can |might )?(?:return|reappear|regrow|fade)|\breturning\b|\bprevent(?:ing)? them from\b|\bwears? off\b|\bpermanent cure\b",
            ),
            (
                1.8,
                r"\bdepends? on (?:several|many|a number|various)|\bfactors (?:such as|like|that|can|include)|\bcan influence\b|\bmaintenance\b|\btouch-up\b|\btop-up\b|\bmaintain (?:the|your|results?|its|a)\b|\bsustained\b|\bprolong|\blong-term\b|\bfades? (?:faster|over|sooner|with)|\bmetaboli|\bhormon|\bno longer\b|\bwhen you stop\b|\bageing continues\b",
            ),
        ),
        "effectiveness": (
            (
                2.0,
                r"\b(?:clinical )?(?:studies|trials|research)\b (?:\w+ ){0,4}(?:demonstrat|show|suggest|found|report|confirm)|\beffective(?:ness|ly)?\b|\befficacy\b|\bpromising results\b|\bnumerous (?:clinical )?studies\b|\bpercent\b|\b\d+ ?%",
            ),
            (
                1.6,
                r"\blasts? (?:for |up to |about |around |between |roughly )?(?:\w+ ){0,3}(?:weeks|months|years)|\blong-lasting\b|\bresults? (?:may|can|vary|last|are|appear|become|show|typically|usually|develop|hold)|\bnoticeable improvements?\b|\bvisible (?:improvements?|results?)\b|\bpatients (?:often )?(?:report|notice|experience|see)|\bimprovements? (?:over|is|are|in)\b|\bsee results\b|\boptimal (?:results|outcomes)\b|\bfor (?:roughly )?(?:three|four|six|five|\d+) to (?:\w+) months\b",
            ),
        ),
        "mechanism": (
            (
                1.8,
                r"\b(?:trigger|stimulat|encourag|prompt|promot|induc|initiat|spark)\w* (?:\w+ |'s ){0,5}(?:healing|collagen|elastin|repair|regenerat|response|production|process)|\bmicro-?(?:injur|channel|wound)\w*|\bfibroblasts?\b|\bgrowth factors\b|\bcascade\b",
            ),
            (
                1.5,
                r"\b(?:new|increas\w+) (?:\w+ ){0,3}collagen\b|\bblocks? (?:nerve|the)|\brelax\w* (?:the )?muscles?\b|\babsorb(?:s|ed)? (?:by|the|it|light)|\bheat(?:s|ed|ing)?\b|\bbreaks? (?:down|up)\b|\btargets?\b|\bhair follicles?\b|\bremodel\w*|\bwavelengths?\b|\bpenetrat\w+|\belastin\b|\bfill in\b|\bcollagen production\b",
            ),
        ),
        "benefits": (
            (
                2.0,
                r"\bbenefits?\b|\badvantages?\b|\bhelps? (?:to )?(?:improve|reduce|with|treat|tighten|fade)|\bcan (?:also )?(?:help|enhance|improve|treat|address)\b|\benhance the absorption\b|\bimproves? the absorption\b",
            ),
            (
                1.2,
                r"\b(?:minimally|non-?)[ -]?invasive\b|\blittle downtime\b|\bno (?:surgery|downtime|scars?)\b|\bquick\b|\bversatile\b|\b(?:used to|uses?) treat|\bmoreover\b|\btreats?\b",
            ),
        ),
        "suitability": (
            (
                2.5,
                r"\b(?:good|ideal|suitable|best) candidates?\b|\bsuitable for\b|\bsuits?\b|\ball skin (?:types|tones)\b|\bskin types?\b(?!,| and)|\bin good (?:general )?health\b|\bnot everyone\b|\bover the age\b|\bhealthy adults\b|\bright for you\b",
            ),
        ),
        "preparation": (
            (
                2.2,
                r"^before (?:undergoing|your|the|any|having|a|treatment|getting)|\b(?:consult|consulting|consultation) (?:with )?(?:a|an|your|one)\b|\b(?:stop|discontinue|avoid)\w* SOME(?:medications?|retino\w*|aspirin|blood thinners?|exfoliants?) SOME(?:before|prior)|\b(?:days|weeks|months) (?:before|prior|beforehand)\b|\bprior to\b|\bin advance\b",
            ),
            (
                1.8,
                r"\bqualified (?:\w+ ){0,2}(?:dermatologist|practitioner|professional|aesthetician|provider|specialist)|\bcertified\b|\bexperienced (?:\w+ ){0,2}(?:professional|practitioner|provider|specialist)|\b(?:they|who) will assess\b|\bassessment\b|\bmedical history\b|\bpatch test\b|\bcredentials\b|\btreatment plan\b",
            ),
        ),
        "procedure": (
            (
                2.0,
                r"\bduring (?:the|your|a|an) (?:\w+ ){0,2}(?:procedure|treatment|session)|\b(?:numbing|topical an(?:a)?esthetic|an(?:a)?esthe\w+)\b|\bsessions? (?:are|is|lasts?|takes?|spaced|may|apart)|\b(?:multiple|several|series of|number of|\d+ (?:to|or|-) \d+) (?:\w+ )?(?:sessions|treatments)|\bweeks apart\b|\b(?:rolled|moved|glided|passed|inject(?:ed|s)) (?:\w+ ){0,2}(?:over|across|into)\b",
            ),
            (
                1.4,
                r"\b(?:minutes|half an hour|an hour)\b|\bafter cleansing\b|\bcleans(?:ed|es|ing) (?:the|of)\b|\bfirst,|\bthen\b|\bdevice is\b|\bhandheld\b|\bdermaroller\b|\bdiscomfort\b|\bpain\w*|\bperformed by\b|\binvolves the use of a device\b|\bthe doctor (?:applies|injects|uses)|\bsprays?\b|\bapplied\b",
            ),
        ),
        "alternatives": (
            (
                2.0,
                r"\bcompared (?:to|with)\b|\b(?:unlike|whereas|in contrast)\b|\balternatives?\b|\binstead\b|\bother (?:treatments|options|procedures) (?:such|like|include)|\bwhile (?:\w+ ){1,3}(?:relax|add)|\bvs\.?\b",
            ),
        ),
        "overview": (
            (
                2.0,
                r"^[\w' -]{2,60}(?:\([^)]{1,40}\) ?)?,? (?:is|are) (?:a|an|the|one of|not one|form of)\b|\balso (?:known as|called)\b|\bcommonly known as\b|\brefers to\b|\bdefined as\b|\bin this (?:\w+ )?(?:article|post|guide|blog)|\bwe will (?:examine|explore|take|look|discuss|cover)",
            ),
            (
                1.2,
                r"\b(?:popular|increasingly)\b|\bhas (?:gained|garnered|become)\b|\bcaused by\b|\bresults? from\b|\bcan be (?:caused|a source)|\brenowned\b|\bself-esteem\b|\bform (?:as|when)\b|\bmany people\b|\bcharacteri[sz]ed by\b|\btypes? of (?:skin )?scars?\b",
            ),
        ),
    }
)
