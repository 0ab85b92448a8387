"""Words that tell how what stands beside them is read, and how signs are said.

In what is said, ``A`` is the name of the letter, ``a`` the article.
"""


def words(text: str) -> frozenset[str]:
    """The words of a text that are separated by spaces."""
    return frozenset(text.split())


MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip

SIGNS = {
    "&": "and", "+": "plus", "=": "equals", "%": "percent", "@": "at", "#": "pound", "/": "slash", "\\": "backslash",
    "°": "degrees", "×": "times", "÷": "divided by", "±": "plus or minus", "≈": "about", "≠": "is not equal to",
    "≤": "less than or equal to", "≥": "greater than or equal to", "√": "square root of", "∞": "infinity", "→": "to",
    "<": "less than", ">": "greater than", "§": "section", "©": "copyright", "‰": "per mille", "^": "to the power of",
    "$": "dollars", "€": "euros", "£": "pounds", "¥": "yen", "₹": "rupees", "₽": "rubles", "₩": "won",
    "₿": "bitcoins", "₺": "lira", "₪": "shekels", "₱": "pesos", "฿": "baht", "₫": "dong", "₴": "hryvnias", "₦": "naira",
    "¢": "cents", "−": "minus", "′": "", "″": "", "∑": "sum",
}  # fmt: skip
REGNAL = words(
    "henry louis elizabeth george william edward charles james john paul pius benedict richard philip napoleon "
    "gregory innocent leo clement alexander nicholas catherine frederick ferdinand francis peter ivan mary robert "
    "alfonso ramses ptolemy darius xerxes umberto wilhelm otto boniface urban sixtus julius haakon christian gustav "
    "gustavus carl margrethe baudouin albert rainier juan henri felipe isabella victor cleopatra amenhotep thutmose "
    "seti mehmed murad selim suleiman harald olaf "
    "sancho enrique fernando carlos pedro afonso manuel casimir sigismund constantine justinian leopold joseph "
    "maximilian rudolf karl friedrich heinrich franz ludwig anne magnus erik eric edmund hadrian celestine callixtus "
    "honorius eugene sylvester stephen"
)
"""names whose Roman numeral is an ordinal: Henry the eighth"""
NUMBERED = words(
    "chapter part volume book act scene section appendix war title phase type class stage article episode season bowl "
    "verse canto lesson unit level grade exhibit figure table schedule division corps legion symphony sonata opus "
    "mark factor fantasy iphone saturn rule quadrant category tier"
)
"""words whose Roman numeral is a cardinal: chapter four"""

DATED = words("on by until till since from before after due dated date born died expires")
"""after these, 3/4 is a date"""
TEMPORAL = words(
    "in since until till from before after during circa year years early mid late spring summer autumn fall winter "
    "christmas easter copyright of by c. ca."
) | frozenset(MONTHS)
"""after these, four digits are a year"""
NOT_COUNTED = words("was has this his is does thus across versus perhaps always as its yes plus minus equals")
COUNTED = words("people men women children feet percent million times more other different new dollars")
DIGIT_BY_DIGIT = words("zip code pin extension ext ext. pincode passcode password flight dial otp ssn")

ELEMENTS = words("H C N O F Na Mg Al Si P S Cl K Ca Fe Cu Zn Ag I Br Li Ba Pb Hg Mn Ti Ni Cr Sn")
"""whose letters are spelled in formulas: NaCl, Fe2O3"""
LEADING_APOSTROPHE = words("'em 'tis 'twas 'til 'cause 'bout 'n 's 'd 'll 're 've 'm 'round 'twere 'twill")
STARTERS = words(
    "the it he she they we you i this that these those there here in on at but and so if when while after before then "
    "what who why how where which my your his her its our their for as to do does did is are was were no yes not "
    "please however also now today once all some many most every each one let let's it's i'm he's she's we're they're "
    "that's there's don't everyone everybody nobody someone somebody something nothing another both such although "
    "because since until later finally meanwhile suddenly soon perhaps maybe only just even still yet never always "
    "often sometimes here's what's who's you're they'll we'll i'll he'll she'll i've we've they've well oh thanks "
    "thank go come get take make look see yesterday tomorrow tonight during instead inside outside eventually "
    "fortunately unfortunately would could should can did nor or with without within over under through "
    "thus hence therefore moreover furthermore additionally nevertheless consequently otherwise"
)
"""words that, capitalised, show that the period of an abbreviation before them also ended a sentence"""
ARTICLES = words("a an the my your his her its our their")
PREPOSITIONS = words("in at from to near of by for on with and the mount port fort lake cape east west north south")

SHORT_WORDS = words(
    "a i am an as at be by do go he if in is it me my no of oh on or so to up us we all and any are ask ate bad bed "
    "big boy bug but buy bye can car cat cut day did die dog eat end far few fix for fun get god got guy had has her "
    "hey hi him his hit hot how its job joy key kid law let lie lol lot low mad man may men new nor not now off old "
    "one our out own pay put ran red run sad sat say sea see set she sit six sky son sun ten the tie too top try two "
    "use war was way wet who why win won wow yes yet you zoo able also area away baby back ball bank bath bear beat "
    "been best bill bird blue boat body book born both burn busy call came card care case cash city club cold come "
    "cook cool cost dark data date dead dear deep does done door down draw drop dumb each easy edge else even ever "
    "evil exit face fact fail fair fall fast fear feel feet fell file fill find fine fire fish five flat fool foot "
    "four free from full game gave gift girl give glad goes gold gone good grow hair half hall hand hang hard hate "
    "have head hear heat hell help here hero hide high hold home hope host hour huge hurt idea into item jump just "
    "keep kick kids kill kind king kiss knew know lack lady land last late lazy left less life lift like line list "
    "live long look lord lose loss lost loud love luck made mail main make many mean meat meet menu mind mine miss "
    "moon more most move much must name near neck need news next nice nine none note once only open over page paid "
    "pain park part pass past pick plan play plus poor pull pure push rain read real rest rich ride ring rise road "
    "rock role room rule safe said sale same sand save seat seem seen self sell send shop shot show shut sick side "
    "sign sing size slow snow soft some song soon stay step stop such sure swim take talk task team tell test text "
    "than that them then they this time told took town tree true turn type ugly upon used very view visa vote wait "
    "wake walk wall want warm wash week well went were west what when whom wide wife wild will wind wine wish with "
    "word work worm yeah year your zero nasa nato opec nafta aids ikea lego fifa nike"
)
"""words of up to four letters that are words in capitals, too, if no dictionary is available"""
ACRONYMS = words(
    "nasa nato noaa unicef unesco opec nafta aids ikea lego fifa nike fema osha nascar asean opec swat scuba laser "
    "radar sonar usaid potus scotus darpa interpol mensa jpeg gif sars covid api ram rom pin sim dos bios cad lan wan "
    "unix gnu fomo yolo cern maga daca norad hepa midi raid crispr bipoc ansi ascii imax peta fafsa fica voip lidar "
    "gaap dram yaml json mers taser lasik ebitda nasdaq norad finra hipaa icann oled basic cobol zip bogo goat swift "
    "sev uefa fiba concacaf conmebol wada"
)
"""words that are always written in capitals, so that they do not show that a text is in capitals"""
SPELLED = words("it us who un am pm id ip os uk eu ai tv pc la dc hr pr er ir vip faq ceo api ad po")
TWO_LETTERS = words(
    "ah am an as at ax be by do eh ew go ha he hi hm ho if in is it lo me mm mr ms my no of oh ok on or ow ox oz re "
    "sh so to uh um up us we wo ya ye yo"
)
"""words of two letters; any other, in capitals among words that are not in capitals, is spelled"""
NEVER_WORDS = words(
    "id ip os uk eu ai tv pc la dc hr pr ir vip faq ceo api po usb led mit ct dea dei doe dob eeg eta ida ide ilo "
    "isa isu ios abs als ama apa apr ara arc asa asl eva gop ins ira mia nes nec ops raf roi sec vat va wm wi nih sr "
    "dac ms pa ma md ups lb bbq ac ad cd ec ed el et fm gi gm hp ie io mo ne nd os pe pm ps ra rn sd tb td ta vu xl "
    "koh ngo ada aol aud bae cod coo gao ged pow seo sop"
)
"""words in a dictionary that in capitals, among words that are not in capitals, are spelled"""
INTERJECTIONS = r"h+m+|m+h*m+|sh+h|z+|b+rr+|p+f+t+|p+s+t+|t+s+k|g+r+|nth"


FUNCTION_WORDS = words(
    "a an the and or but nor if than as that because while though until unless of to in on at by for from with into "
    "onto about over under after before between through during without within against among toward towards upon off "
    "out up down i me my mine you your yours he him his she her hers it its we us our ours they them their theirs "
    "this these those who whom whose which what be am is are was were been being do does did have has had having will "
    "would shall should can could may might must i'm you're he's she's it's we're they're i've you've we've they've "
    "i'll you'll he'll she'll it'll we'll they'll i'd you'd he'd she'd we'd they'd isn't aren't wasn't weren't there "
    "some any so not no"
)
"""words that are seldom stressed in a sentence"""
