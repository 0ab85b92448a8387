"""Abbreviations of letters and periods, and how they are spoken, by the context in which they are read so.

In what is spoken, ``A`` is the name of the letter, ``a`` the article.
"""

from wavenet.tts.english.tables import words

ANYWHERE = {
    "etc.": "et cetera", "e.g.": "for example", "eg.": "for example", "i.e.": "that is", "ie.": "that is",
    "vs.": "versus", "cf.": "compare", "viz.": "namely", "approx.": "approximately", "est.": "established",
    "ea.": "each", "ret.": "retired",
    "dept.": "department", "depts.": "departments", "misc.": "miscellaneous", "tel.": "telephone", "esq.": "esquire",
    "inc.": "incorporated", "ltd.": "limited", "co.": "company", "corp.": "corporation", "bros.": "brothers",
    "assn.": "association", "univ.": "university", "govt.": "government", "intl.": "international", "natl.": "national",
    "mfg.": "manufacturing", "mgr.": "manager", "mgmt.": "management", "acct.": "account", "admin.": "administration",
    "ph.d.": "p h d", "ca.": "circa", "al.": "al", "jr.": "junior", "sr.": "senior", "ave.": "avenue",
    "aves.": "avenues", "blvd.": "boulevard", "rd.": "road", "ln.": "lane", "pkwy.": "parkway", "rte.": "route",
    "sq.": "square", "pl.": "place", "bldg.": "building", "hwy.": "highway", "apt.": "apartment", "jct.": "junction",
    "hrs.": "hours", "mins.": "minutes", "secs.": "seconds", "yrs.": "years", "wks.": "weeks", "avg.": "average",
    "qty.": "quantity", "incl.": "including", "excl.": "excluding", "attn.": "attention", "a.k.a.": "A k A",
    "o.k.": "okay", "p.s.": "p s", "appt.": "appointment", "cmte.": "committee", "cttee.": "committee",
    "bldgs.": "buildings", "bbl.": "barrels", "ter.": "terrace",
    "ibid.": "ibid", "cit.": "cit", "pct.": "percent", "wt.": "weight", "ht.": "height", "pkg.": "package",
    "pkgs.": "packages", "recd.": "received", "reqd.": "required", "wkly.": "weekly", "bbls.": "barrels",
    "dia.": "diameter", "diam.": "diameter", "circ.": "circumference", "opp.": "opposite", "syn.": "synonym",
    "pron.": "pronoun", "addl.": "additional", "gp.": "group", "hdwe.": "hardware", "maint.": "maintenance",
    "mkt.": "market", "pmt.": "payment", "recip.": "recipient", "subj.": "subject", "phila.": "philadelphia",
    "supp.": "supplement", "ed.d.": "e d d", "wkt.": "wicket", "wkts.": "wickets", "qtr.": "quarter",
    "qtrs.": "quarters", "terr.": "terrace", "m.sc.": "m s c", "b.sc.": "b s c", "b.ed.": "b ed",
    "m.ed.": "m ed", "d.phil.": "d phil", "m.phil.": "m phil", "ll.b.": "l l b", "ll.m.": "l l m", "b.eng.": "b eng",
    "m.eng.": "m eng", "d.sc.": "d s c", "pls.": "please", "svc.": "service", "svcs.": "services", "elec.": "electric",
    "mdse.": "merchandise",
}  # fmt: skip
"""in any context; the period may also end the sentence"""

BEFORE_NUMBER = {
    "no.": "number", "nos.": "numbers", "nr.": "number", "p.": "page", "pp.": "pages",
    "pg.": "page", "pgs.": "pages", "c.": "circa",
    "fig.": "figure", "figs.": "figures", "vol.": "volume", "vols.": "volumes", "ch.": "chapter", "chs.": "chapters",
    "chap.": "chapter", "sec.": "section", "secs.": "sections", "sect.": "section", "art.": "article",
    "ver.": "version", "v.": "version", "vv.": "verses", "ext.": "extension", "eq.": "equation", "eqs.": "equations",
    "eqn.": "equation", "op.": "opus", "pt.": "part", "pts.": "parts", "par.": "paragraph", "para.": "paragraph",
    "app.": "appendix", "ex.": "example", "ref.": "reference", "tab.": "table", "bk.": "book", "ed.": "edition",
    "ser.": "series", "iss.": "issue", "ep.": "episode", "l.": "line", "ll.": "lines", "n.": "note", "nn.": "notes",
    "tbl.": "table", "cl.": "clause", "sch.": "schedule", "refs.": "references", "exs.": "examples",
    "arts.": "articles", "probs.": "problems", "col.": "column", "cols.": "columns", "rev.": "revision",
    "wk.": "week", "lat.": "latitude", "lon.": "longitude", "inv.": "invoice", "exp.": "expires",
    "q.": "question", "r.": "reigned", "b.": "born", "d.": "died", "fl.": "floor", "rm.": "room", "ste.": "suite",
    "bldg.": "building", "hwy.": "highway", "rt.": "route", "ft.": "fort", "prob.": "problem", "wed.": "wednesday",
    "sun.": "sunday", "hum.": "humidity", "prop.": "proposition", "sc.": "scene", "arr.": "arrives", "dep.": "departs",
}  # fmt: skip
"""before a number"""
BARE_BEFORE_NUMBER = words("vol vols fig figs pp pg ch ext eq sec rm ste bldg hwy rte rt apt para app bk ver wk")
"""those of them that are read so before a number without a period, too, with a capital, but for pp, ext and wk"""

BEFORE_NAME = {
    "mr.": "mister", "mrs.": "missus", "ms.": "miz", "mx.": "mix", "messrs.": "messieurs", "mme.": "madame",
    "mmes.": "madames", "emer.": "emeritus", "mlle.": "mademoiselle", "prof.": "professor", "profs.": "professors",
    "rev.": "reverend", "hon.": "honorable", "fr.": "father", "br.": "brother", "bro.": "brother", "sr.": "sister",
    "msgr.": "monsignor", "bp.": "bishop", "abp.": "archbishop", "pres.": "president", "gov.": "governor",
    "govs.": "governors", "sen.": "senator", "sens.": "senators", "rep.": "representative", "reps.": "representatives",
    "rt.": "right", "amb.": "ambassador", "atty.": "attorney", "sec.": "secretary", "supt.": "superintendent",
    "insp.": "inspector",
    "det.": "detective", "ofc.": "officer", "const.": "constable", "dep.": "deputy", "asst.": "assistant",
    "assoc.": "associate", "gen.": "general", "brig.": "brigadier", "maj.": "major", "col.": "colonel",
    "lt.": "lieutenant", "lieut.": "lieutenant", "capt.": "captain", "cpt.": "captain", "cdr.": "commander",
    "cmdr.": "commander", "comdr.": "commander", "adm.": "admiral", "sgt.": "sergeant", "cpl.": "corporal",
    "pvt.": "private", "pfc.": "private first class", "spc.": "specialist", "ens.": "ensign", "fl.": "flight",
    "chf.": "chief", "dir.": "director", "mt.": "mount", "mts.": "mountains", "mtn.": "mountain", "ft.": "fort",
    "pt.": "point", "st.": "saint", "sts.": "saints", "ste.": "saint", "pk.": "park", "cty.": "county",
    "twp.": "township", "dist.": "district", "div.": "division", "dr.": "doctor", "drs.": "doctors", "geo.": "george",
    "wm.": "william", "chas.": "charles", "jas.": "james", "thos.": "thomas", "robt.": "robert", "jos.": "joseph",
    "benj.": "benjamin", "exec.": "executive", "hist.": "historical", "soc.": "society", "ins.": "insurance",
    "ald.": "alderman", "acad.": "academy", "auth.": "authority", "bd.": "board", "biol.": "biology",
    "chem.": "chemistry", "coll.": "college", "comm.": "commissioner", "conf.": "conference", "ctr.": "center",
    "econ.": "economics", "educ.": "education", "elem.": "elementary", "eng.": "engineering", "engr.": "engineer",
    "hosp.": "hospital", "inst.": "institute", "lib.": "library", "mem.": "memorial", "mus.": "museum",
    "phys.": "physics", "pol.": "political", "proc.": "proceedings", "psych.": "psychology", "sch.": "school",
    "sci.": "science", "sta.": "station", "treas.": "treasurer", "vet.": "veterans", "chmn.": "chairman",
    "cllr.": "councillor", "ch.": "chief", "mktg.": "marketing", "regt.": "regiment", "secy.": "secretary",
    "ann.": "annual", "archbp.": "archbishop", "cent.": "central", "cmdt.": "commandant", "ct.": "court",
    "hdqrs.": "headquarters", "mdm.": "madam", "msgt.": "master sergeant", "ssgt.": "staff sergeant",
    "tsgt.": "technical sergeant", "prin.": "principal", "pvts.": "privates", "sgts.": "sergeants",
    "capts.": "captains", "sp.": "special", "sra.": "senora", "srta.": "senorita", "ven.": "venerable",
    "ldr.": "leader", "flt.": "flight", "s. sgt.": "staff sergeant", "r. adm.": "rear admiral",
    "v. adm.": "vice admiral", "sq. ldr.": "squadron leader", "t. sgt.": "technical sergeant",
    "tech. sgt.": "technical sergeant", "m. sgt.": "master sergeant", "lt. j.g.": "lieutenant junior grade",
    "cong.": "congressman", "gens.": "generals", "cols.": "colonels", "mfr.": "manufacturer",
    "hgts.": "heights", "hts.": "heights", "cir.": "circuit",
    "coun.": "councillor", "vit.": "vitamin",

}  # fmt: skip
"""before a name, or before another of these; the period does not end a sentence"""

WITHIN = {
    "min.": "minimum", "max.": "maximum", "temp.": "temperature", "esp.": "especially", "usu.": "usually",
    "orig.": "originally", "prev.": "previously", "poss.": "possibly", "prob.": "probably", "resp.": "respectively",
    "cont.": "continued", "abbr.": "abbreviation", "ed.": "edition", "eds.": "editors", "trans.": "translated",
    "transl.": "translated", "pop.": "population", "ref.": "reference", "amt.": "amount", "std.": "standard",
    "fwd.": "forward", "freq.": "frequency", "no.": "number", "nos.": "numbers", "assoc.": "associates",
    "wed.": "wednesday", "ext.": "extension", "fig.": "figure", "figs.": "figures", "vol.": "volume",
    "vols.": "volumes", "pp.": "pages", "ch.": "chapter", "sec.": "section", "equiv.": "equivalent", "gal.": "gallons",
    "doz.": "dozen", "cert.": "certificate", "lit.": "literally", "colloq.": "colloquially", "var.": "variety",
    "sp.": "species", "spp.": "species", "obs.": "obsolete", "dim.": "diminutive", "dial.": "dialect", "in.": "inches",
    "ft.": "feet", "yd.": "yards", "yds.": "yards", "oz.": "ounces", "lb.": "pounds", "lbs.": "pounds", "mi.": "miles",
    "hr.": "hours", "yr.": "years", "wk.": "weeks", "qt.": "quarts", "tsp.": "teaspoons", "tbsp.": "tablespoons",
    "pt.": "points", "ex.": "example", "adj.": "adjective", "adv.": "adverb", "dict.": "dictionary",
    "lg.": "large", "sm.": "small", "rep.": "representative", "reps.": "representatives", "re.": "regarding",
    "choc.": "chocolate", "med.": "medium", "rev.": "revised", "enl.": "enlarged", "dist.": "distance",
    "gen.": "general",
    "rebs.": "rebounds", "asts.": "assists", "op.": "operating", "cust.": "customer",
    "enc.": "enclosed", "encl.": "enclosed", "equip.": "equipment", "prelim.": "preliminary", "typ.": "typically",
}  # fmt: skip
"""if the sentence continues, as is shown by a lower-case letter, a comma, a hyphen or a slash after it"""

AFTER_ARTICLES = {"originally": "original", "previously": "previous", "usually": "usual", "possibly": "possible"}
"""what some of them are there: the orig. price"""

ALSO_WORDS = words("in art fig no sat sun wed mar mon jan jun pop dim dial lit ed ex med")
"""those of them for which a lower-case letter after them does not show that, unless they are capitalised"""

WHOLE = {
    "phd": "p h d", "phds": "p h d's", "ok": "okay", "o.k.": "okay", "vs": "versus", "etc": "et cetera", "w/": "with",
    "w/o": "without", "c/o": "care of", "b/c": "because", "b/w": "between", "and/or": "and or", "n/a": "not applicable",
    "c++": "c plus plus", "i/o": "i o", "km/h": "kilometers per hour", "m/s": "meters per second", "n't": "not",
    "'n'": "and", "www": "w w w", "tl;dr": "t l d r", "24/7": "twenty four seven", "9/11": "nine eleven",
    "24/7/365": "twenty four seven three sixty five", "911": "nine one one", "aka": "A k A", "wwi": "world war one",
    "wwii": "world war two", "cont'd": "continued", "d/b/a": "doing business as",
    "w/in": "within", "&c": "et cetera", "&c.": "et cetera", "xmas": "christmas", "fka": "f k A",
    "thx": "thanks", "ctrl": "control", "qty": "quantity", "gr8": "great", "l8r": "later", "2nite": "tonight",
    "2day": "today", "2moro": "tomorrow", "tmrw": "tomorrow", "attn": "attention", "mtg": "meeting", "mtgs": "meetings",
    "pls": "please", "plz": "please", "yoy": "year over year",
    "y/y": "year over year", "q/q": "quarter over quarter", "m/m": "month over month",
    "qoq": "quarter over quarter",
    "sup. ct": "supreme court", "app. div": "appellate division", "fed. reg": "federal register",
    "op. cit": "op cit", "et ux": "et ux", "pka": "p k A", "loc. cit": "loc cit",
     "gov't": "government", "int'l": "international",
    "nat'l": "national", "dep't": "department", "ass'n": "association", "sec'y": "secretary", "pkwy": "parkway",
    "blvd": "boulevard", "hwy": "highway", "expy": "expressway", "fwy": "freeway", "tpke": "turnpike",
}  # fmt: skip
"""read so without a period, in capitals or not"""
SPELLED_SMALL = words(
    "imo imho omg diy faq faqs tba eta afaik iirc ootd eod url urls usb api apis gui uri ui ux ios iot usa uk eu ai "
    "io cia fbi irs atm atms dna rna ceo cfo cto cdc epa hiv adhd iq uv ufo ufos nba nfl fyi btw rsvp idk icymi tldr "
    "smh afk brb rofl lgbtq lgbt ymmv nsfw ttyl irl dm dms tbh ngl fwiw jk gg wip ama usmca uscis ucsf ucsd usda "
    "usps usaf"
)
"""spelled even in lower case"""

TITLES = {
    "mr": "mister", "mrs": "missus", "ms": "miz", "jr": "junior", "sr": "senior", "prof": "professor",
    "lt": "lieutenant", "sgt": "sergeant", "capt": "captain", "gen": "general", "col": "colonel", "mt": "mount",
    "ft": "fort", "pt": "point", "gov": "governor", "sen": "senator", "rep": "representative", "rev": "reverend",
    "maj": "major", "cpl": "corporal", "pvt": "private", "adm": "admiral", "cmdr": "commander", "cdr": "commander",
    "cpt": "captain", "lieut": "lieutenant", "supt": "superintendent", "insp": "inspector", "mme": "madame",
    "mlle": "mademoiselle", "messrs": "messieurs", "asst": "assistant", "fr": "father", "pres": "president",
}  # fmt: skip
"""read so without a period when capitalised, before a name"""
RANKS = {
    "CPT": "captain", "SGT": "sergeant", "SSG": "staff sergeant", "SFC": "sergeant first class", "MAJ": "major",
    "LTC": "lieutenant colonel", "COL": "colonel", "GEN": "general", "LT": "lieutenant", "CPL": "corporal",
    "PFC": "private first class", "ADM": "admiral", "CDR": "commander", "MSG": "master sergeant", "PVT": "private",
}  # fmt: skip
"""as armies write them, before a name"""
ROADS = {
    "ave": "avenue", "av": "avenue", "blvd": "boulevard", "rd": "road", "ln": "lane", "pkwy": "parkway", "pl": "place",
    "ct": "court", "hwy": "highway", "cir": "circle", "ter": "terrace", "sq": "square", "expy": "expressway",
    "fwy": "freeway", "tpke": "turnpike", "st": "street", "dr": "drive", "trl": "trail",
}  # fmt: skip
"""read so without a period when capitalised, after a name or an ordinal"""
STATES = words(
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK "
    "OR PA PR RI SC SD TN TX UT VT VA WA WV WI WY"
)
"""spelled after the name of a town, whatever word they are"""
DIRECTIONS = {
    "N": "north", "S": "south", "E": "east", "W": "west", "NE": "northeast", "NW": "northwest", "SE": "southeast",
    "SW": "southwest",
}  # fmt: skip
PLACES = words(
    "korea africa america virginia carolina dakota ireland coast side end bank london hollywood pole sea atlantic "
    "pacific texas california yorkshire wales asia europe timor sudan germany main broadway lake point shore"
)
"""before these, N. is north"""
STATE_NAMES = {
    "ala.": "alabama", "ariz.": "arizona", "ark.": "arkansas", "calif.": "california", "cal.": "california",
    "colo.": "colorado", "conn.": "connecticut", "del.": "delaware", "fla.": "florida", "ga.": "georgia",
    "ill.": "illinois", "ind.": "indiana", "kan.": "kansas", "kans.": "kansas", "ky.": "kentucky", "la.": "louisiana",
    "md.": "maryland", "mass.": "massachusetts", "mich.": "michigan", "minn.": "minnesota", "miss.": "mississippi",
    "mo.": "missouri", "mont.": "montana", "neb.": "nebraska", "nebr.": "nebraska", "nev.": "nevada",
    "okla.": "oklahoma", "ore.": "oregon", "pa.": "pennsylvania", "penn.": "pennsylvania", "tenn.": "tennessee",
    "tex.": "texas", "va.": "virginia", "vt.": "vermont", "wash.": "washington", "wis.": "wisconsin",
    "wisc.": "wisconsin", "wyo.": "wyoming",
}  # fmt: skip
TWO_PART_STATES = {
    "N. Dak.": "north dakota", "S. Dak.": "south dakota", "N. Mex.": "new mexico", "N. Car.": "north carolina",
    "S. Car.": "south carolina", "W. Va.": "west virginia",
}  # fmt: skip
STATE_WORDS = words("ark cal del ga ill ind kan la md mass miss mo mont ore pa penn tex wash vt nev")
"""those of them that are read so only after the name of a town"""
ZONES = words(
    "EST EDT ET CST CDT CT MST MDT MT PST PDT PT GMT UTC BST CET CEST EET EEST IST JST AEST AEDT NZST NZDT HST AKST"
)
"""time zones"""
BOOKS = {
    "gen": "genesis", "ex": "exodus", "exod": "exodus", "lev": "leviticus", "num": "numbers", "deut": "deuteronomy",
    "josh": "joshua", "judg": "judges", "sam": "samuel", "kgs": "kings", "chr": "chronicles", "chron": "chronicles",
    "neh": "nehemiah", "ps": "psalm", "pss": "psalms", "psa": "psalm", "prov": "proverbs", "eccl": "ecclesiastes",
    "isa": "isaiah", "jer": "jeremiah", "lam": "lamentations", "ezek": "ezekiel", "dan": "daniel", "hos": "hosea",
    "mic": "micah", "hab": "habakkuk", "zeph": "zephaniah", "hag": "haggai", "zech": "zechariah", "mal": "malachi",
    "matt": "matthew", "mt": "matthew", "mk": "mark", "lk": "luke", "jn": "john", "rom": "romans",
    "cor": "corinthians", "gal": "galatians", "eph": "ephesians", "phil": "philippians", "col": "colossians",
    "thess": "thessalonians", "tim": "timothy", "tit": "titus", "heb": "hebrews", "jas": "james", "pet": "peter",
    "rev": "revelation",
} | {
    book: book
    for book in words(
        "genesis exodus leviticus numbers deuteronomy joshua judges ruth samuel kings chronicles ezra nehemiah esther "
        "job psalm psalms proverbs ecclesiastes isaiah jeremiah lamentations ezekiel daniel hosea joel amos obadiah "
        "jonah micah nahum habakkuk zephaniah haggai zechariah malachi matthew mark luke john acts romans corinthians "
        "galatians ephesians philippians colossians thessalonians timothy titus philemon hebrews james peter jude "
        "revelation surah sura quran qur'an koran verse sirach tobit judith wisdom baruch maccabees solomon songs gita"
    )
}  # fmt: skip
"""after these, 3:16 is a verse"""


DOTTED = frozenset(
    {
        "sup.",
        "id.",
        "pub.",
        "fed.",
        "tech.",
        "mil.",
        *ANYWHERE,
        *BEFORE_NUMBER,
        *BEFORE_NAME,
        *WITHIN,
        *STATE_NAMES,
        *(f"{book}." for book in BOOKS),
    }
)
