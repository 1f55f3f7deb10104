"""Scraped pages, HTML and Markdown become articles: what is the page's goes, every word that stays is the source's."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summaries.clean import clean_html, clean_markdown, clean_text
from summaries.sentences import passages

CORPUS = Path(__file__).parents[2] / "../shared/corpus"
needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="the folder shared/corpus is not beside the checkout")

FIRST = (
    "The harbour council said on Monday that the old bridge would be closed to lorries from the first of next month."
)
SECOND = (
    "Engineers found cracks in two of the seven pillars, and they want to look at the others before the winter comes."
)
ABOUT_A_MARK = (
    "The mark © was put on each pillar by the firm that built the bridge, and for thirty years nobody asked what it "
    "might have meant by that, the council said in the report that it published on Monday."
)
THIRD = "A ferry will carry the lorries for as long as the work goes on, the council said after its meeting."


def page(name: str) -> str:
    return next(CORPUS.glob(name)).read_text(encoding="utf-8")


def lines(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs)


def solid(text: str) -> str:
    return re.sub(r"\s", "", text)


@needs_corpus
def test_the_first_page_keeps_its_eleven_paragraphs_and_says_where_it_is_from() -> None:
    """Title, outlet and date are taken from the lines before the text; notices, captions and tail are gone."""
    article = clean_text(page("000_*.txt"), name="000.txt")
    assert article.title.startswith("5 major goals for Blinken")
    assert article.outlet == "CGTN"
    assert article.printed_date == "Updated 14:14, 23-Apr-2024"
    assert article.published == datetime(2024, 4, 23, 14, 14, tzinfo=UTC)
    assert (article.language, article.source, article.url) == ("en", "000.txt", None)
    kept = article.text.split("\n")
    assert len(kept) == 11
    assert kept[0].startswith("A Chinese Foreign Ministry official")
    assert kept[-1].endswith("he added.")
    assert not re.search(r"[Cc]ookie|/CFP|I agree|Search Trends|CGTN", article.text)


@needs_corpus
def test_the_second_page_keeps_its_list_and_names_no_outlet() -> None:
    """Five numbered items stay one line each; the slug, the reply form and the repeated headline are gone."""
    article = clean_text(page("001_*.txt"), name="001_0ce7de18e542c1b0.txt")
    assert article.title.startswith("China Outlines Five Goals for")
    assert (article.outlet, article.published, article.printed_date) == (None, None, None)
    kept = article.text.split("\n")
    assert len(kept) == 11
    assert [line.split(":")[0] for line in kept[4:9]] == [
        "1. Establishing the Right Perception",
        "2. Strengthening Dialogue",
        "3. Effectively Managing Disagreements",
        "4. Promoting Mutually Beneficial Cooperation",
        "5. Fulfilling Responsibilities as Major Countries",
    ]
    assert not re.search(r"Outlines_Five|Outlines Five|Leave a Reply|Required|Back To Top", article.text)


@needs_corpus
def test_two_pages_glued_without_a_line_end_keep_both_bodies() -> None:
    """The tail of one page that runs into the slug of the next is dropped without swallowing what follows."""
    article = clean_text(page("000_*.txt").rstrip("\n") + page("001_*.txt"))
    assert "he added." in article.text
    assert "5. Fulfilling Responsibilities" in article.text
    assert not re.search(r"Search Trends|Outlines_Five|Leave a Reply", article.text)


@pytest.mark.parametrize(
    "noise",
    [
        "We and our 842 partners use cookies to store information. By clicking Accept you agree to this.",
        "Accept all",
        "Share on Facebook",
        "WhatsApp",
        "The bridge seen from the harbour. /Harbour Pictures",
        "Media caption The bridge was built a century ago",
        "The bridge at noon. Photo by Ann Example",
        "More from the harbour | Subscribe",
        "Advertisement",
        "Sign up for our newsletter and get the day's news",
        "harbour_bridge_closed_to_lorries",
        "© 2024 Harbour News. All rights reserved.",
        "Ми використовуємо файли cookie. Продовжуючи перегляд, ви погоджуєтеся з цим.",
        "Читайте також",
        "Поділитися у Facebook",
        "نستخدم ملفات تعريف الارتباط لتحسين تجربتك",
        "اقرأ أيضا",
        "我们使用cookie来改善您的体验",
        "责任编辑：王小明",
        "Diese Seite verwendet wie viele andere Cookies",
        "Artikel teilen",
        "À lire aussi",
        "Noticias relacionadas",
    ],
)
def test_what_pages_say_about_themselves_goes(noise: str) -> None:
    """Consent, sharing, captions, newsletters, rights and links, in several languages, between two paragraphs."""
    article = clean_text(lines(FIRST, noise, SECOND, THIRD))
    assert article.text.split("\n") == [FIRST, SECOND, THIRD]


@pytest.mark.parametrize(
    "sentence",
    [
        "The regulator fined the company over its use of cookies on Tuesday.",
        "She told a reporter of the paper that it was over.",
        "He shared a picture by Monet with the visitors.",
        "Families return to the camp.",
        "More in the east were killed on Monday, he said.",
        "People who sign up for the army get a bonus.",
        "The report may not be published before May.",
        "By submitting evidence now, they hope to win.",
        "未经政府许可进入该地区的人将被罚款，官员周一表示。",
        "In order to get the new version of the app, readers have to wait until their phone finds it on Friday.",
        "駅のWi-Fiと空港のWi-Fiとホテルの無料Wi-Fiは安全かと聞かれた利用者の約八割が、街中のWi-Fiは使わないと回答した。",
        ABOUT_A_MARK,
    ],
)
def test_sentences_that_only_resemble_them_stay(sentence: str) -> None:
    """A phrase of a page's inside a full sentence is no reason to drop the sentence."""
    article = clean_text(lines(FIRST, sentence, SECOND, THIRD))
    assert article.text.split("\n") == [FIRST, sentence, SECOND, THIRD]


@pytest.mark.parametrize(
    "box",
    [
        "Read more: Ferry late again",
        "Дивіться також: Паром знову спізнився",
        "اقرأ أيضا: العبارة تأخرت",
        "相关阅读：渡轮再次晚点",
        "3 hours ago",
        "Current Time 0:00",
        "Click to share on Facebook (Opens in new window)",
        "harbour-bridge.jpg",
        "This article is for subscribers only.",
        "Thank you for signing up! Please check your inbox.",
        "Ann Example is a senior reporter for the Harbour Daily.",
        "Do you have a story for us? Email the desk.",
        "Якщо ви знайшли помилку, натисніть Ctrl+Enter.",
        "Folgen Sie dem Hafenboten auf Instagram",
        "ann.example@harbour.example",
    ],
)
def test_boxes_that_speak_to_the_reader_go(box: str) -> None:
    """Pointers to other articles, ages, players, paywalls, authors, requests, between two paragraphs."""
    article = clean_text(lines(FIRST, box, SECOND, THIRD))
    assert article.text.split("\n") == [FIRST, SECOND, THIRD]


def test_an_advert_or_a_related_link_in_its_middle_ends_no_article() -> None:
    """Thirty lines of a shop, or one link under "Related", stand between paragraphs of the same article."""
    paragraphs = [f"{FIRST} In part {number} of its report it says why." for number in range(9)]
    advert = ["Advertisement", *(f"Item {number}" for number in range(30))]
    article = clean_text(lines(*paragraphs[:4], *advert, *paragraphs[4:6], "Related", "Ferry late", *paragraphs[6:]))
    assert [line for line in article.text.split("\n") if len(line) > 60] == paragraphs


def test_teasers_of_other_articles_end_it() -> None:
    """One sentence each, between headlines, sections and ages: they weigh less than paragraphs in a row."""
    paragraphs = [FIRST, SECOND, THIRD]
    teasers = [
        line
        for number in range(6)
        for line in (
            "World",
            f"Headline number {number}",
            f"In town {number} nobody was hurt, the police of it said.",
            "2h ago",
        )
    ]
    assert clean_text(lines(*paragraphs, *teasers)).text.split("\n") == paragraphs


SECTIONS = ["Our pages", "The harbour", "Letters", "Archive"]
TEASERS = [
    "Café opens on the pier",
    "The new café on the pier has opened its doors to guests, and it will stay open until the end of October.",
    "Cat comes home",
    "A cat that had been lost for three years came home on Friday, and nobody knows where it was all the time.",
    "Market moves",
    "The market will move to the square in front of the church while the workers lay the new stones in the street.",
]


def test_teasers_that_stand_alone_under_their_headlines_are_no_article() -> None:
    paragraphs = [FIRST, SECOND, ABOUT_A_MARK, THIRD]
    article = clean_text(lines(*paragraphs, *SECTIONS, *TEASERS))
    assert article.text.split("\n") == paragraphs


def test_a_ticker_is_no_article() -> None:
    entries = [
        f"• {hour}:{minute:02} What the harbour has to say on the bridge and the ferries that run in the evening"
        for hour in (14, 13, 12)
        for minute in (55, 31, 4)
    ]
    assert clean_text(lines(*entries, "More", FIRST, SECOND)).text.split("\n") == [FIRST, SECOND]


def test_sentences_that_open_with_a_time_are_the_articles() -> None:
    hours = [
        f"{hour}:05 The police close the bridge at its northern end, and nobody may cross it." for hour in (7, 8, 9)
    ]
    hours = [
        line.replace("northern", side) for line, side in zip(hours, ("northern", "southern", "eastern"), strict=True)
    ]
    assert clean_text(lines(FIRST, *hours, SECOND)).text == "\n".join([FIRST, *hours, SECOND])


def test_teasers_cut_off_in_mid_sentence_are_no_article() -> None:
    cut = [
        f"• The harbour's {name} is to be opened to all who would like to see how it was built and..."
        for name in ("lighthouse", "bridge", "oldest crane", "pilot boat")
    ]
    assert clean_text(lines(*cut, "More", *SECTIONS, FIRST, SECOND)).text.split("\n") == [FIRST, SECOND]


def test_a_teasers_picture_and_headline_with_the_same_words_are_the_pages() -> None:
    twins = [
        form
        for name in ("ferry", "bridge", "pier")
        for form in (
            f"• Why the {name} was late again in the night of Monday and who paid for it",
            f"Why the {name} was late again in the night of Monday and who paid for it",
        )
    ]
    assert clean_text(lines(FIRST, SECOND, THIRD, *twins)).text.split("\n") == [FIRST, SECOND, THIRD]


def test_markup_left_in_a_text_is_no_prose() -> None:
    advert = (
        '<a href="https://ads.example/what-you-have-always-wanted/and-more?of=it&for=the&best=of&all=of&them">here</a>.'
    )
    adverts = [f"* {advert.replace('best', word)}" for word in ("best", "last", "next", "first", "other")]
    assert clean_text(lines(FIRST, SECOND, *adverts)).text.split("\n") == [FIRST, SECOND]


@pytest.mark.parametrize(
    "heading", ["There are 13 comments", "Kommentare lesen (4 Beiträge)", "2 replies to this article"]
)
def test_under_a_heading_of_comments_the_article_is_over(heading: str) -> None:
    """Even if they are as long as paragraphs."""
    comment = "I have said for years that this bridge would fall down one day, and nobody has listened to me at all."
    article = clean_text(lines(FIRST, SECOND, THIRD, heading, comment, "Reply", f"So have I. {comment}"))
    assert article.text.split("\n") == [FIRST, SECOND, THIRD]


@pytest.mark.parametrize(
    "heading",
    ["Next up in harbours", "More must-reads from the Post", "HBTV recommends", "Editors’ choice", "Auch interessant"],
)
def test_under_a_heading_of_other_articles_the_article_is_over(heading: str) -> None:
    """Even if they are told in paragraphs."""
    article = [FIRST, SECOND, THIRD, *(f"In the spring, {line}" for line in (FIRST, SECOND, THIRD))]
    others = ["The ferry to the islands was late for the third time this week, and its owner said that he was sorry."]
    others.append(
        "The market hall in the old town is to be closed in May, and nobody knows where its traders are to go."
    )
    assert clean_text(lines(*article, heading, *others)).text.split("\n") == article


def test_menu_head_and_comments_are_no_part_of_the_article() -> None:
    """A whole page: the menu before, the byline, the comments after."""
    menu = ["Home", "World", "Business", "Sport", "Weather", "Jobs", "Cars"]
    head = ["Bridge closed to lorries from next month", "Harbour Daily News", "Published: 5 May 2024, 09:30 BST"]
    tail = ["3 comments", "Jo: I have said for years that this bridge would fall down one day.", "Ann: So have I."]
    article = clean_text(lines(*menu, *head, "By Ann Example", FIRST, "The pillars", SECOND, THIRD, *tail))
    assert article.text.split("\n") == [FIRST, "The pillars", SECOND, THIRD]
    assert article.title == "Bridge closed to lorries from next month"
    assert article.outlet == "Harbour Daily News"
    assert article.printed_date == "Published: 5 May 2024, 09:30 BST"
    assert article.published == datetime(2024, 5, 5, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "outlet"),
    [
        ("Ann Example", None),
        ("Bridges", None),
        ("HARBOUR", None),
        ("HBTV", "HBTV"),
        ("The Harbour Post", "The Harbour Post"),
    ],
)
def test_only_a_name_like_an_outlets_before_the_date_is_one(before: str, outlet: str | None) -> None:
    """A person, a section, a word of the text in capitals are none; an abbreviation and a paper's name are."""
    text = FIRST.replace("harbour", "Harbour")
    article = clean_text(lines("Bridge closed to lorries next month", before, "5 May 2024", text, SECOND))
    assert article.outlet == outlet
    assert article.published == datetime(2024, 5, 5, tzinfo=UTC)


def test_a_list_at_the_end_is_kept_where_a_line_announces_it() -> None:
    """Short items are no menu under a sentence that ends in a colon."""
    items = ["1. Eastern pillars", "2. Western pillars", "3. Ferry", "4. Road", "5. Rail"]
    article = clean_text(
        lines(FIRST, SECOND, "The council named five tasks:", *items, "Related articles", "Ferry late")
    )
    assert article.text.split("\n") == [FIRST, SECOND, "The council named five tasks:", *items]


def test_the_title_suffix_names_the_outlet() -> None:
    """Scrapers put the page's <title> first; what it adds to the headline is who published it."""
    title = "Bridge closed to lorries next month"
    article = clean_text(lines(f"{title} - Harbour Daily", "Home", "World", title, FIRST, SECOND, THIRD))
    assert (article.title, article.outlet) == (title, "Harbour Daily")


@pytest.mark.parametrize("width", [60, 72, 80])
def test_hard_wrapped_paragraphs_are_unwrapped(width: int) -> None:
    """Lines broken at a column are joined again, list items and short last lines are not."""

    def wrapped(text: str) -> str:
        return re.sub(rf"(.{{1,{width}}})(?: +|$)", r"\1\n", text)

    items = ["1. The eastern pillars come first.", "2. The western pillars follow in the spring."]
    article = clean_text("\n".join([wrapped(FIRST), wrapped(SECOND), *items, "", wrapped(THIRD)]))
    assert article.text.split("\n") == [FIRST, SECOND, *items, THIRD]


def test_chinese_lines_are_joined_without_a_space() -> None:
    """A script without spaces gets none where a line was broken."""
    first, second = "市议会周一表示，" * 7 + "旧桥将从下月起禁止卡车通行，", "工程师在七个桥墩中的两个发现了裂缝。"
    assert first[:-1] in clean_text(f"{first}\n{second}").text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("th", "สภาเมืองกล่าวเมื่อวันจันทร์ว่าสะพานเก่าจะปิดสำหรับรถบรรทุกตั้งแต่เดือนหน้า"),
        ("ka", "საკრებულომ ორშაბათს განაცხადა რომ ძველი ხიდი მომავალი თვიდან დაიხურება სატვირთო მანქანებისთვის."),
        ("hi", "परिषद ने सोमवार को कहा कि पुराना पुल अगले महीने से ट्रकों के लिए बंद रहेगा।"),
        ("zh", "市议会周一表示，旧桥将从下月起禁止卡车通行。"),
    ],
)
def test_scripts_without_a_stop_word_list_are_kept(language: str, text: str) -> None:
    """Where nothing is known of a language, its prose still counts as prose."""
    article = clean_text(f"Menu\n\n{text}\n\n{text[:-3]}")
    assert text in article.text.split("\n")
    assert article.language == language


@pytest.mark.parametrize("text", ["", " \n\t ", "\x00\x01", "\ud800", "Share", "\ufeff"])
def test_a_text_without_words_gives_an_empty_article(text: str) -> None:
    """Nothing in, nothing out, and no error."""
    assert clean_text(text).text == ""


def test_a_text_of_one_line_is_its_article() -> None:
    """What has no structure is kept as it is; its only line is no headline."""
    article = clean_text("Bridge closed")
    assert (article.text, article.title) == ("Bridge closed", "")


@given(st.text(alphabet=st.sampled_from("aB .\n\t,:/1-_©\x00\ud800*“”中。") | st.characters(), max_size=400))
def test_every_line_is_the_sources_but_for_white_space(text: str) -> None:
    """The verbatim promise, on any string."""
    source = solid(text)
    for line in clean_text(text).text.split("\n"):
        assert solid(line) in source
        assert line == " ".join(line.split())


@pytest.mark.parametrize("unit", ["a", "share\n", "aA", "[", "by ", "12:12 ", "(photo by ", "。", "\ud800a", "* a\n"])
def test_a_megabyte_of_anything_is_cleaned_in_bounded_time(unit: str) -> None:
    """No input makes a pattern explode; the limit of the test itself is 120 seconds."""
    clean_text(unit * (1_000_000 // len(unit)))


HTML = f"""<!DOCTYPE html><html lang="en"><head><title>Bridge closed to lorries | Harbour Daily</title>
<link rel="canonical" href="https://harbour.example/bridge">
<meta property="og:title" content="Bridge closed to lorries"><meta name="author" content="Ann Example">
<meta property="article:published_time" content="2024-05-05T09:30:00+01:00"></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/w">World</a></li></ul></nav>
<article><h1>Bridge closed to lorries</h1><p>{FIRST}</p><h2>The pillars</h2><p>{SECOND}</p>
<ul><li>Eastern pillars: they come first, since the cracks are <b>deepest</b> there.</li>
<li>Western pillars: they follow in the spring, when the ice has gone.</li></ul><p>{THIRD}</p></article>
<footer><p>We use cookies to improve this site.</p></footer></body></html>"""


def test_html_gives_its_blocks_and_what_it_states() -> None:
    """Headings and list items are lines of their own; title, outlet, address, author and date come from the head."""
    article = clean_html(HTML, "https://harbour.example/bridge?from=feed")
    assert article.text.split("\n") == [
        FIRST,
        "The pillars",
        SECOND,
        "Eastern pillars: they come first, since the cracks are deepest there.",
        "Western pillars: they follow in the spring, when the ice has gone.",
        THIRD,
    ]
    assert (article.title, article.outlet) == ("Bridge closed to lorries", "Harbour Daily")
    assert article.url == "https://harbour.example/bridge"
    assert (article.author, article.language) == ("Ann Example", "en")
    assert article.published == datetime(2024, 5, 5, 8, 30, tzinfo=UTC)
    assert article.printed_date is None
    assert [p.heading for p in passages(article)][-1] == "The pillars"


def test_the_headline_is_no_line_of_the_text_however_it_is_quoted() -> None:
    """A page states it with straight quotes and prints it with curly ones."""
    stated = HTML.replace("<h1>Bridge closed to lorries", "<p>‘Bridge closed’ to lorries</p><h1>").replace(
        'content="Bridge closed to lorries"', """content="'Bridge closed' to lorries\""""
    )
    assert clean_html(stated).text.split("\n")[0] == FIRST


def test_when_where_and_by_whom_it_was_written_opens_no_text() -> None:
    dated = HTML.replace(
        f"<p>{FIRST}", f"<p>Harbour Daily, 05.05.2024 09:30, Ann Example and Ben Example</p><p>{FIRST}"
    )
    assert clean_html(dated).text == clean_html(HTML).text


@pytest.mark.parametrize(
    ("stated", "published", "printed"),
    [
        ("2024-05-05", datetime(2024, 5, 5, tzinfo=UTC), None),
        ("2024-05-05T09:30:00", datetime(2024, 5, 5, 9, 30, tzinfo=UTC), "2024-05-05T09:30:00"),
        ("Sun, 05 May 2024 09:30:00 GMT", datetime(2024, 5, 5, 9, 30, tzinfo=UTC), None),
        ("yesterday", None, None),
    ],
)
def test_a_stated_time_without_a_zone_is_kept_as_printed(
    stated: str, published: datetime | None, printed: str | None
) -> None:
    """The reader can be told that the zone was not given; a date alone is its midnight in UTC."""
    article = clean_html(HTML.replace("2024-05-05T09:30:00+01:00", stated))
    assert (article.published, article.printed_date) == (published, printed)


@pytest.mark.parametrize("charset", ["windows-1251", "koi8-u", "utf-8"])
def test_bytes_are_read_in_the_charset_they_declare(charset: str) -> None:
    """Old Ukrainian pages are not in UTF-8."""
    html = f'<html lang="uk"><head><meta charset="{charset}"></head><p>Міст зачинено для вантажівок.</p></html>'
    assert clean_html(html.encode(charset)).text == "Міст зачинено для вантажівок."


@pytest.mark.parametrize("html", ["", "<", b"", b"\xff\xfe", "<!-- only -->", "<html></html>", "\ud800", "<svg>x"])
def test_html_without_a_word_gives_an_empty_article(html: str | bytes) -> None:
    """Damaged pages are no errors."""
    assert clean_html(html).text == ""


def test_a_page_without_an_article_goes_through_the_line_scorer() -> None:
    """Where no extractor finds a body, the visible lines are judged like scraped text."""
    article = clean_html("<p>Bridge closed</p><script>var a = 1;</script>", "https://harbour.example/short")
    assert (article.text, article.url) == ("Bridge closed", "https://harbour.example/short")


def test_markdown_loses_its_marks_and_keeps_its_words() -> None:
    """Headings, emphasis, links and quotations become plain lines; the marks of list items stay."""
    article = clean_markdown(
        "# Bridge *closed*\n\nThe **old** bridge is [closed](https://harbour.example/x) to `lorries`.\n\n"
        "The pillars\n-----------\n\n> Two of _seven_ pillars\n> have cracks.\n\n"
        "- eastern pillars\n- western pillars\n\n![The bridge](bridge.jpg)\n\n---\n\nMore news | Subscribe\n"
    )
    assert article.title == "Bridge closed"
    assert article.text.split("\n") == [
        "The old bridge is closed to lorries.",
        "The pillars",
        "Two of seven pillars",
        "have cracks.",
        "- eastern pillars",
        "- western pillars",
    ]


def test_a_page_costs_no_memory_for_the_stop_words_of_a_hundred_languages() -> None:
    """jusText, trafilatura's last resort, would keep 35 MB of them for as long as the process lives."""
    clean_html(f"<html><body><article><p>{FIRST}</p></article></body></html>")
    from trafilatura import external

    assert external.JT_STOPLIST is None
