"""What texts say, and for which section type that speaks how loudly."""

from typing import Final

from content.importing.phrases import phrase

BODY_PHRASES: Final = (
    phrase(
        "summary",
        4.0,
        r"""
        ^(?:in (?:summary|conclusion|short|closing)|to (?:sum|conclude|summari[sz]e)|overall,
        ultimately,|all in all|in a nutshell|tl;? ?dr|therefore,)
        """,
    ),
    phrase(
        "cost",
        2.0,
        r"""
        [$£€] ?\d|\b\d[\d,.]* (?:dollars|pounds|euros|rupees)\b
        \bper (?:session|syringe|unit) cost|\bcosts? (?:between|about|around|from|depends?|is|var)
        \bprices? (?:range|var|depend|start)|\binsurance\b
        \b(?:total|overall|average) (?:cost|price)|\bfees?\b
        """,
    ),
    phrase(
        "aftercare",
        2.0,
        r"""
        \bafter (?:the |your |a |each )?(?:\w+ )?(?:treatment|procedure|session|microneedling|peel
        laser|injections?|surgery)\b
        \bafterwards?\b|\bpost-?(?:treatment|procedure|operative) (?:care|instructions)\b
        """,
    ),
    phrase(
        "aftercare",
        1.5,
        r"""
        \b(?:avoid|no|skip) SOME(?:make ?-?up|sun|exercise|saunas?|swimming|retino|scrubs?
        sweating|rubbing|picking|touching)
        \b(?:gentle|mild) (?:cleanser|skincare|moisturi)|\bspf\b|\bsunscreen\b|\bsun protection\b
        \bsoothing\b|\bfirst (?:few |24 |48 )?(?:days?|hours|weeks?)\b
        """,
    ),
    phrase(
        "aftercare",
        1.5,
        r"""
        \b(?:for|within|during|at least) (?:\w+ ){0,3}(?:\d+|a few|one|two|several) (?:hours|days)\b
        \b(?:redness|swelling|flaking|peeling|shedding|crust\w*)\b SOME(?:subsides?|settles?
        normal|resolves?|fades?|days)
        \bnormal (?:reactions?|signs?)\b|\bsimilar to a (?:mild )?sunburn\b|\bdowntime\b
        \bproper aftercare\b
        """,
    ),
    phrase(
        "risks",
        1.8,
        r"""
        \b(?:risks?|side effects?|complications?|adverse)\b|\bcontraindicat
        \bshould not (?:be|have|undergo)\b|\bnot (?:recommended|suitable|advised)\b
        \bnot be (?:performed|used|done|treated)\b
        """,
    ),
    phrase(
        "risks",
        1.0,
        r"""
        \b(?:infections?|bleeding|bruising|blisters?|burns?|necrosis|allergic|blindness
        nerve damage|hyperpigmentation|scarring)\b
        \b(?:generally|considered|very) safe\b|\bpregnan|\bkeloids?\b|\baccutane\b
        \bisotretinoin\b
        """,
    ),
    phrase(
        "recurrence_factors",
        2.5,
        r"""
        \brecur|\b(?:come|comes|coming|grow|grows) back\b
        \b(?:scars?|hair|fat|wrinkles|lines|it|they
        results?)\b (?:will |may |can |might )?(?:return|reappear|regrow|fade)
        \breturning\b|\bprevent(?:ing)? them from\b|\bwears? off\b|\bpermanent cure\b
        """,
    ),
    phrase(
        "recurrence_factors",
        1.8,
        r"""
        \bdepends? on\b|\bfactors (?:such as|like|that|can|include)
        \b(?:can|may) (?:influence|vary)\b|\bfades? (?:faster|over|sooner|with)|\bmetaboli
        \bhormon
        """,
    ),
    phrase(
        "recurrence_factors",
        1.8,
        r"""
        \bmaintenance\b|\btouch-up\b|\btop-up\b|\bprolong|\blong-term\b|\bsustained\b
        \bmaintain(?:ing)? (?:the|your|results?|its|an?)\b|\bno longer\b|\b(?:when|if) you stop\b
        """,
    ),
    phrase(
        "effectiveness",
        2.0,
        r"""
        \b(?:clinical )?(?:studies|trials|research)\b (?:\w+ ){0,4}(?:demonstrat|show|suggest
        found|report|confirm)
        \beffective(?:ness|ly)?\b|\befficacy\b|\bpromising results\b
        \bnumerous (?:clinical )?studies\b|\bpercent\b|\b\d+ ?%
        """,
    ),
    phrase(
        "effectiveness",
        1.6,
        r"""
        \blasts? (?:for |up to |about |around |between |roughly )?(?:\w+ ){0,3}(?:weeks|months
        years)
        \blong-lasting\b
        \bresults? (?:may|can|vary|last|are|appear|become|show|typically|usually|develop|hold)
        \bnoticeable improvements?\b|\bvisible (?:improvements?|results?)\b
        \bpatients (?:often )?(?:report|notice|experience|see)
        \bimprovements? (?:over|is|are|in)\b|\bsee results\b|\boptimal (?:results|outcomes)\b
        \bfor (?:roughly )?(?:three|four|six|five|\d+) to (?:\w+) months\b
        """,
    ),
    phrase(
        "mechanism",
        1.8,
        r"""
        \b(?:trigger|stimulat|encourag|prompt|promot|induc|initiat
        spark)\w* (?:\w+ |'s ){0,5}(?:healing|collagen|elastin|repair|regenerat|response
        production|process)
        \bmicro-?(?:injur|channel|wound)\w*|\bfibroblasts?\b|\bgrowth factors\b|\bcascade\b
        """,
    ),
    phrase(
        "mechanism",
        1.5,
        r"""
        \b(?:new|increas\w+) (?:\w+ ){0,3}collagen\b|\bblocks? (?:nerve|the)
        \brelax\w* (?:the )?muscles?\b|\babsorb(?:s|ed)? (?:by|the|it|light)|\bheat(?:s|ed|ing)?\b
        \bbreaks? (?:down|up)\b|\btargets?\b|\bhair follicles?\b|\bremodel\w*|\bwavelengths?\b
        \bpenetrat\w+|\belastin\b|\bfill in\b|\bcollagen production\b
        """,
    ),
    phrase(
        "benefits",
        2.0,
        r"""
        \bbenefits?\b|\badvantages?\b|\bhelps? (?:to )?(?:improve|reduce|with|treat|tighten|fade)
        \bcan (?:also )?(?:help|enhance|improve|treat|address)\b|\benhance the absorption\b
        \bimproves? the absorption\b
        """,
    ),
    phrase(
        "benefits",
        1.2,
        r"""
        \b(?:minimally|non-?)[ -]?invasive\b|\blittle downtime\b
        \bno (?:surgery|downtime|scars?)\b|\bquick\b|\bversatile\b|\b(?:used to|uses?) treat
        \bmoreover\b|\btreats?\b
        """,
    ),
    phrase(
        "suitability",
        2.5,
        r"""
        \b(?:good|ideal|suitable|best) candidates?\b|\bsuitable for\b|\bsuits?\b
        \ball skin (?:types|tones)\b|\bskin types?\b(?!,| and)|\bin good (?:general )?health\b
        \bnot everyone\b|\bover the age\b|\bhealthy adults\b|\bright for you\b
        """,
    ),
    phrase(
        "preparation",
        2.2,
        r"""
        ^before (?:undergoing|your|the|any|having|a|treatment|getting)
        \b(?:consult|consulting|consultation) (?:with )?(?:a|an|your|one)\b
        \b(?:stop|discontinue|avoid)\w* SOME(?:medications?|retino\w*|aspirin|blood thinners?
        exfoliants?) SOME(?:before|prior)
        \b(?:days|weeks|months) (?:before|prior|beforehand)\b|\bprior to\b|\bin advance\b
        """,
    ),
    phrase(
        "preparation",
        1.8,
        r"""
        \bqualified (?:\w+ ){0,2}(?:dermatologist|practitioner|professional|aesthetician|provider
        specialist)
        \bcertified\b|\bexperienced (?:\w+ ){0,2}(?:professional|practitioner|provider|specialist)
        \b(?:they|who) will assess\b|\bassessment\b|\bmedical history\b|\bpatch test\b
        \bcredentials\b|\btreatment plan\b
        """,
    ),
    phrase(
        "procedure",
        2.0,
        r"""
        \bduring (?:the|your|a|an) (?:\w+ ){0,2}(?:procedure|treatment|session)
        \b(?:numbing|topical an(?:a)?esthetic|an(?:a)?esthe\w+)\b
        \bsessions? (?:are|is|lasts?|takes?|spaced|may|apart)
        \b(?:multiple|several|series of|number of|\d+ (?:to|or|-) \d+) (?:\w+ )?(?:sessions
        treatments)
        \bweeks apart\b
        \b(?:rolled|moved|glided|passed|inject(?:ed|s)) (?:\w+ ){0,2}(?:over|across|into)\b
        """,
    ),
    phrase(
        "procedure",
        1.4,
        r"""
        \b(?:minutes|half an hour|an hour)\b|\bafter cleansing\b
        \bcleans(?:ed|es|ing) (?:the|of)\b|\bfirst,|\bthen\b|\bdevice is\b|\bhandheld\b
        \bdermaroller\b|\bdiscomfort\b|\bpain\w*|\bperformed by\b|\binvolves the use of a device\b
        \bthe doctor (?:applies|injects|uses)|\bsprays?\b|\bapplied\b
        """,
    ),
    phrase(
        "alternatives",
        2.0,
        r"""
        \bcompared (?:to|with)\b|\b(?:unlike|whereas|in contrast)\b|\balternatives?\b
        \bother (?:treatments|options|procedures) (?:such|like|include)
        \bwhile (?:\w+ ){1,3}(?:relax|add)|\bvs\.?\b
        """,
    ),
    phrase(
        "overview",
        2.0,
        r"""
        \balso (?:known as|called)\b|\bcommonly known as\b|\brefers to\b|\bdefined as\b
        \bin this (?:\w+ )?(?:article|post|guide|blog)
        \bwe will (?:examine|explore|take|look|discuss|cover)
        """,
    ),
    phrase(
        "overview",
        1.2,
        r"""
        \b(?:popular|increasingly)\b|\bhas (?:gained|garnered|become)\b|\bcaused by\b
        \bresults? from\b|\bcan be (?:caused|a source)|\brenowned\b|\bself-esteem\b
        \bform (?:as|when)\b|\bmany people\b|\bcharacteri[sz]ed by\b
        \btypes? of (?:skin )?scars?\b
        """,
    ),
)
