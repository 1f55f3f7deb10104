"""What the sentence rules know of each language: its abbreviations, its ordinals, its measures."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from summaries.openers import OPENERS


class Kind(Enum):
    """What the full stop of an abbreviation says about the end of a sentence."""

    TITLE = auto()  # its noun is still to come: "Gen. Smith", "e.g. Rome"
    NUMBER = auto()  # before a number: "No. 5", "p. 12"; anywhere else the word is a word
    TAIL = auto()  # it may end a sentence, and does where a word that opens sentences follows: "Inc.", "etc.", "U.S."
    LAST = (
        auto()
    )  # its phrase ends with it: "etc.", "B.C."; like TAIL, and any capital will do after more than a phrase
    TIME = auto()  # "a.m.": like TAIL, and a title may open the next sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The knowledge of one language. `kinds` maps abbreviations, in lower case and without the last full stop."""

    kinds: Mapping[str, Kind]
    openers: frozenset[str]  # as written at the start of a sentence
    has_ordinals: bool  # "3. Oktober": a full stop makes the number an ordinal
    is_english: bool  # whose informal spelling and run-in headings are known
    bare_consonants: bool  # its words may lack vowels; elsewhere such a word is an abbreviation
    question_mark: str  # the ASCII sign that stands for a mark of its own


LONGEST = 9  # no abbreviation below has more characters

# A measure like "18 km" needs no full stop, so one after it ends a sentence before a capital. Years are left out:
# "in 1990 г. Moscow".
UNITS = (
    "m km cm mm kg g mg t l cl ml ha h s min sec sek kv kV kW MW GW kWh MWh Hz kHz MHz GHz kB MB GB TB dB ft lbs oz "
    "hrs m/s km/s km/h g/l mg/l м км см мм дм кг мг т л мл га с сек мин хв год м/с км/с км/год км/ч грн руб коп zł Kč"
)
MULTIPLES = "sq cu кв куб тис тыс"  # "504 thous. sq. km"

# Parts of names that open sentences too: "J. De Wit".
PARTICLES = "De Del Della Di Da Dos Du Le Van Von Ten Ter"

# Understood in most languages of Europe, in Latin letters.
_TITLES = "dr prof mr mrs ms ing lic hr fr lt capt sgt cf e.g i.e"
_NUMBERS = "no nr nos n° nº fig figs vol vols p pp art ch cap sec par ed § tel fax"
_TAILS = "st gen col etc co inc ltd corp jr sr ph.d ca bros op al vs u.s u.k u.n"

_MORE_TITLES = {
    "en": "Col messrs mme mlle Hon Rev Gov Sen Rep Maj cmdr cdr Adm Brig cpl pvt pfc lieut supt insp Det Sens "
    "Reps Govs Gens profs drs Mt Pres Amb atty asst assoc viz approx resp esp v a.k.a comdr Ste sra vp mmes",
    "de": "hl bzw z.b d.h u.a o.ä i.d.r v.a s.o s.u vgl evtl ggf inkl exkl zzgl abzgl sog bes insb insbes dipl "
    "frl hrn geb gest verh dt engl frz lat griech ehem eigtl allg ausschl einschl ugs urspr usf fa fam gebr "
    "hrsg zb ev kath v abs z d i geschl entspr jew wg med rer nat phil iur jur theol habil Univ",
    "fr": "m mm mme mmes mlle mlles mgr ste me pr env éd cie dir p.ex c.-à-d apr av coll réf adj chap M",
    "es": "sra srta srs sres dra dña p.ej aprox av avda mons excmo excma ilmo arq fdo gral cnel tte sto sta hno "
    "hna pbro ntra máx mín ej D párr ppal",
    "pt": "sra srta dra profa eng engª av exmo exma sto sta p.ex aprox d mons gal cel ten máx mín D",
    "it": "sig sig.ra sigg dott dott.ssa avv on mons arch geom rag ss s p.es es ecc.mo gent egr spett S dir amm "
    "psicol pres prof.ssa ing",
    "nl": "dhr mevr mw ir drs mr ds bijv d.w.z o.a m.b.t m.i.v t.a.v t.o.v i.p.v z.g zgn resp ong incl excl jhr sint",
    "ca": "sr sra dra av sta mn p.ex",
    "ro": "dl dna d-na str nr ex acad ing av sf",
    "pl": "np tzw im mgr inż hab ul al pl św gen płk mjr kpt por ks bp abp o ww wg tj prof zob red pow pt",
    "cs": "např tzv mgr ing bc mudr judr phdr rndr tj resp sv ul nám p pí doc gen plk red srov tzn",
    "sk": "napr tzv mgr ing bc mudr judr phdr tj resp sv ul nám p doc gen plk porov pr tzn",
    "sl": "npr t.i dr prof g ga gdč ul sv oz doc inž mag",
    "hr": "npr tzv dr mr prof g gđa gđica ul sv tj odn inž doc",
    "sr": "npr tzv dr mr prof g ul sv tj odn нпр тзв др мр проф г ул св тј одн инж доц",
    "bs": "npr tzv dr mr prof g ul sv tj odn",
    "bg": "г-н г-жа проф д-р инж акад доц ул бул св напр т.нар вкл пл гр",
    "mk": "г-дин г-ѓа проф д-р инж акад доц ул бул св т.н",
    "ru": "ул просп пер обл р-н оз св проф акад доц тов г-н г-жа гр напр т.е т.к т.н т.о см ср изд ред сост пос дер "
    "ген кап лейт англ нем фр франц лат греч др.-греч итал исп яп рус укр польск букв наз род ум макс пп стр "
    "рис табл гл корп кв",
    "uk": "ім вул просп пров бул обл р-н оз св проф акад доц тов п-н гр напр т.зв див пор упоряд смт англ нім "
    "фр франц лат грец італ ісп яп рос укр польськ букв нар пом зав заст мін макс пп стор мал табл гл корп "
    "кв м буд дав.-гр дав уродж нар.арт полк ген.-лейт Ів Вол Григ Мих Ол Вас",
    "be": "ім вул праф акад дац св напр т.зв гл р-н п",
    "sv": "t.ex bl.a d.v.s s.k f.d m.fl resp jfr kl ca dvs tex sk fd",
    "da": "f.eks bl.a dvs d.v.s ca hr fr jf kl pga inkl ekskl resp evt afd tidl såk skt sct",
    "nb": "f.eks bl.a dvs d.v.s ca hr fr jf kl pga inkl ekskl evt tidl skt sct",
    "nn": "t.d bl.a dvs ca jf kl inkl ekskl evt tidl",
    "is": "t.d þ.e þ.e.a.s u.þ.b m.a s.s sr sbr",
    "fi": "esim mm ns ts ent nk tri toht maist rva hra n e.Kr j.Kr prof",
    "et": "nt s.o s.t nn dr prof hr pr u k.a mag",
    "lv": "piem t.i t.s dr prof plkst u.c",
    "lt": "pvz t.y dr prof g pr tarp vad doc gen red liet rus angl vok lot kun",
    "hu": "pl ún dr prof id ifj özv ill kb szt st ld vö stb",
    "tr": "dr prof doç yrd av müh sn bkz örn vb hz alm ing fr gen alb yzb uzm öğr gör mah cad sok apt org korg "
    "tümg tuğg bnb kur op ecz hem bşk sayın",
    "el": "κ κα κος κ.κ δρ π.χ δηλ λ.χ βλ αγ καθ σελ αρ τηλ πρβλ δις",
    "id": "bpk drs ir hj h jl no tgl yth a.n dll dr prof tn ny sdr moh muh",
    "ms": "en pn dr prof hj jl no",
    "vi": "tp ts ths gs pgs bs th.s q p tx đ",
    "ar": "د أ م ص ج ط أ.د",
    "fa": "د م ص",
    "he": "ד פרופ עמ מס",
    "hi": "डॉ श्री पं प्रो कु मो सं",
    "mr": "डॉ श्री पं प्रा",
    "hy": "պրոֆ դոկտ ակադ",
}  # fmt: skip
_MORE_NUMBERS = {
    "en": "pg pgs para paras eq eqs ver vers ext lot rm apt app ser sect chap chaps ref refs ch figs nos",
    "de": "abs nrn bd bde s ziff rn az kap aufl jg abb tab",
    "fr": "n nos pp fig chap t vol al lun mer jeu ven sam dim",
    "es": "n núm núms pág págs cap caps arts inc t párr párrs tel vol vols cra cl ext apdo lun mié jue vie sáb "
    "dom",
    "pt": "n núm pág págs cap arts inc vol vols caps fls ter qua qui sex sáb mai jun jul",
    "it": "n nn pag pagg artt cap capp vol voll feb mar apr mag giu lug ago set dic lun mer gio ven dom",
    "ru": "нач кон сер № с стр т тт гл п пп рис табл вып кн ч янв февр апр июн июл авг сент окт нояб дек пн вт "
    "ср чт пт сб вс",
    "uk": "поч кін сер № с стор т тт гл п пп рис мал табл вип кн ч розд пункт січ лют берез квіт трав черв лип "
    "серп верес жовт листоп груд пн вт чт пт сб нд",
    "bg": "№ с стр чл ал т гл",
    "pl": "nr s str art poz dz t r rys sty lut kwi maj cze lip sie wrz paź lis gru pn wt śr czw pt sob",
    "cs": "č čís s str odst písm obr tab roč",
    "sk": "č čís s str ods písm obr tab roč",
    "nl": "nr blz art afb jg pag mrt",
    "tr": "no s cilt sf md oca şub mar nis haz tem ağu eyl eki kas ara",
    "sv": "nr s kap",
    "da": "nr s kap stk",
    "nb": "nr s kap",
    "fi": "nro s",
    "hu": "sz o",
    "ro": "nr pag art alin lit",
}  # fmt: skip
_MORE_TAILS = {
    "en": "Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Mon Tue Tues Wed Thu Thurs Fri Sat esq llc plc Ave blvd "
    "Rd Sq Ln Ct hwy pkwy bldg dept Div Univ Inst assn Bur Ala Ariz Ark Calif Colo Conn Del Fla Ga Ill Ind Kan "
    "Kans Ky La Md Mass Mich Minn Miss Mo Mont Neb Nebr Nev Okla Ore Pa Penn Tenn Tex Va Vt Wash Wis Wyo d.c "
    "n.y n.j n.c s.c l.a b.c a.d b.c.e c.e ft hrs lbs oz yrs intl natl govt e.u m.d b.a m.a ret",
    "de": "usw max jun sen u.a.m u.v.m dgl str jh jhd jhdt mio mrd tsd stk std sek min jan feb apr aug sept okt nov "
    "dez Mo Di Mi Do Fr Sa So gmbh v.chr n.chr chr o.g u.ä",
    "fr": "j.-c janv févr avr juill sept oct nov déc s.a r bd av hab",
    "es": "ud uds vd ee uu ee.uu a.c d.c a.m p.m s.a s.l cía cia avda ene feb abr ago sept oct nov dic hab rr "
    "hh aa jj oo ff dd",
    "pt": "a.c d.c s.a cia ltda r jan fev abr ago set out nov dez séc",
    "it": "ecc a.c d.c s.p.a s.r.l sec genn febbr ott nov dic",
    "nl": "enz e.d e.a n.v b.v jan feb apr aug sept okt nov dec v.chr n.chr chr mln mld",
    "ro": "ș.a etc lei a.m p.m sec",
    "pl": "itd ok itp r w tys mln mld zł godz m.in in n.e p.n.e",
    "cs": "atd apod aj r tis mil mld kč hod n.l n.m a.s s.r.o spol př.n.l",
    "sk": "atď a.s s.r.o spol tis mil mld hod",
    "hr": "itd sl god st kn tzv mil mlrd",
    "sl": "itd ipd st mio d.o.o",
    "sr": "itd sl god st din итд сл год ст дин",
    "bg": "г гг в вв лв млн млрд хил т.н др и.др пр ст",
    "ru": "ст ген кит им пр пл о г гг в вв руб коп тыс млн млрд трлн др т.д т.п н.э до.н.э мин сек час "
    "экз чел долл барр",
    "uk": "ген кит пр пл о п вид ред р рр ст грн коп тис млн млрд трлн ін т.д т.п н.е хв сек год прим чол дол ч",
    "be": "г гг р ст руб тыс млн млрд інш т.д",
    "sv": "osv m.m o.s.v etc milj kr f.kr e.kr",
    "da": "osv m.m mv mio mia kr f.kr e.kr",
    "nb": "osv m.m mv mill kr",
    "fi": "jne yms ym mrd milj klo",
    "et": "jne jm a mln",
    "lt": "t.t kt pan m d mln mlrd tūkst a",
    "lv": "u.tml utt g",
    "hu": "stb kb i.e i.sz u sz m",
    "tr": "vs vb vd m.ö m.s yy",
    "el": "κλπ κ.λπ κ.ά μ.χ π.μ μ.μ κτλ κ.α α.ε χλμ",
    "id": "dll dsb dst tbk",
    "vi": "v.v",
    "ar": "ق.م هـ ه إلخ الخ",
    "hy": "թ թթ",
}  # fmt: skip

_TIMES = "a.m p.m"
_LASTS = {
    "en": "b.c a.d b.c.e c.e",
    "de": "v.chr n.chr chr u.z usw u.a.m u.v.m dgl",
    "fr": "j.-c j.c etc",
    "es": "a.c d.c",
    "pt": "a.c d.c",
    "it": "a.c d.c ecc",
    "nl": "v.chr n.chr chr enz e.d",
    "pl": "n.e p.n.e itd itp zł",
    "cs": "n.l atd apod kč",
    "sk": "n.l atď",
    "ru": "н.э т.д т.п др руб коп",
    "uk": "н.е т.д т.п ін грн коп",
    "be": "н.э т.д т.п інш",
    "bg": "н.е т.н и.др др лв",
    "sv": "f.kr e.kr kr osv m.m o.s.v",
    "da": "f.kr e.kr kr osv m.m mv",
    "nb": "f.kr e.kr kr osv m.m mv",
    "el": "π.χ μ.χ κλπ κ.λπ κ.ά κτλ",
    "hr": "n.e itd",
    "sr": "n.e н.е itd итд",
    "sl": "n.š itd ipd",
    "hu": "u stb",
    "tr": "m.ö m.s vs vb vd",
    "fi": "ekr jkr jne yms ym",
    "ca": "a.c d.c",
    "et": "jne jm",
    "lt": "t.t kt",
    "lv": "u.tml utt",
    "id": "dll dsb dst",
    "ro": "ș.a",
    "vi": "v.v",
}  # fmt: skip

_ORDINALS = frozenset(
    [
        "de",
        "cs",
        "sk",
        "da",
        "nb",
        "nn",
        "no",
        "fi",
        "hu",
        "hr",
        "sr",
        "bs",
        "sl",
        "lv",
        "et",
        "is",
        "tr",
        "lb",
        "fo",
        "pl",
        "eu",
        "mk",
    ]
)
_BARE_CONSONANTS = frozenset(["cs", "sk", "sl", "hr", "sr", "bs", "mk", "bg"])
_QUESTION_MARKS = {"el": ";", "hy": ":"}  # keyboards lack U+037E and U+0589


@lru_cache(maxsize=256)  # a page may declare any language
def rules(language: str) -> Rules:
    """The rules of a language by its ISO 639-1 code; what most languages share, for one that has none of its own."""
    listed = "nb" if language == "no" else language
    kinds: dict[str, Kind] = {}
    for shared, more, kind in (
        (_TAILS, _MORE_TAILS, Kind.TAIL),
        (_NUMBERS, _MORE_NUMBERS, Kind.NUMBER),
        (_TITLES, _MORE_TITLES, Kind.TITLE),
        ("etc", _LASTS, Kind.LAST),
        (_TIMES, {}, Kind.TIME),
    ):
        for listing in (shared, more.get(listed, "")):
            kinds.update(dict.fromkeys(listing.split(), kind))
    return Rules(
        kinds=kinds,
        openers=frozenset(OPENERS.get(listed, "").split()),
        has_ordinals=language in _ORDINALS,
        is_english=language == "en",
        bare_consonants=language in _BARE_CONSONANTS,
        question_mark=_QUESTION_MARKS.get(language, ""),
    )
