"""What can be asked, as it is written on each platform, and what this version leaves to config.toml."""

from bot.message import Field, Message, Section, said


def usage(platform: str, command: str) -> Message:
    """What can be asked, as it is written on that platform."""
    rows = _DISCORD_USAGE if platform == "discord" else _USAGE
    typed = ((words if words.startswith("/") else f"{command} {words}".strip(), does) for words, does in rows)
    fields = tuple(Field(name=words, value=(does,)) for words, does in typed)
    return Message(
        title="Readout",
        intro=(("Every line is a sentence of a source, word for word, and says whose it is.",),),
        sections=(Section(fields=fields),),
        footer=(("Only you see the answers, until you press Post to channel.",),),
    )


_USAGE = (
    ("taiwan", "the lines on a topic, or on any words"),
    ("", "all topics here: at most 3 lines each, 10 in all"),
    ("taiwan since:3d size:short lang:en", "times: 24h 3d today mon 2024-04-23 last all; sizes: short normal long"),
    ("new taiwan", "only what was not shown here yet"),
    ("ask what did Beijing demand on Taiwan", "the lines that fit a question"),
    ("why 2", "why line 2 of the last briefing stands there"),
    ("compare 2", "line 2 in the words of each outlet, and where their numbers disagree"),
    ("story 2 timeline", "who reported line 2's story when; story 2: by outlet"),
    ("follow ukraine weekdays 08:30 Europe/Kyiv", "a digest of what is new, to you alone; following, unfollow 1"),
    ("schedule add ukraine,gaza weekdays 08:30,17:00 Europe/Berlin", "a digest to this channel"),
    ("schedule", "this channel's digests; schedule edit 1 size:long, pause 1, resume 1, run 1, remove 1"),
    ("strike 3", "line 3 of what was last posted here no longer holds: it is struck, and that is said below it"),
    ("topics", "the topics here and the words they go by"),
    ("topic add harbour harbour, old port | exclude: airport", "a topic of this space; topic test, edit, remove"),
    ("sources", "where the articles come from"),
    ("source add example.org", "a source of this space; source test, remove, check, import, export"),
    ("status", "whether all is well"),
)
_DISCORD_USAGE = (
    ("now topic:taiwan", "the lines on a topic, or on any words"),
    ("now", "all topics here: at most 3 lines each, 10 in all"),
    ("now topic:taiwan since:3d size:short", "times: 24h 3d today mon 2024-04-23 last all; sizes: short normal long"),
    ("new topic:taiwan", "only what was not shown here yet"),
    ("ask question:what did Beijing demand on Taiwan", "the lines that fit a question"),
    ("why item:2", "why line 2 of the last briefing stands there"),
    ("compare story:2", "line 2 in the words of each outlet, and where their numbers disagree"),
    ("story item:2 view:timeline", "who reported line 2's story when; view:sources: by outlet"),
    ("follow topic:ukraine when:weekdays 08:30 timezone:Europe/Kyiv", "a digest of what is new, to you alone"),
    ("following", "what you follow; unfollow item:1 ends it"),
    ("/brief-admin schedule add topics:ukraine when:daily 8:30", "a digest to this channel"),
    ("/brief-admin strike item:3", "line 3 of what was last posted here no longer holds: it is struck, and says so"),
    ("topics", "the topics here and the words they go by"),
    ("/brief-admin topic add name:harbour terms:harbour, old port", "a topic of this server; test, edit, remove"),
    ("sources", "where the articles come from"),
    ("/brief-admin source add address:example.org", "a source of this server; test, remove, check, import, export"),
    ("status", "whether all is well"),
)


def not_yet(word: str) -> Message:
    """The answer to a command word that this version does not carry out: what to do instead."""
    return said("Not in this version", f"{word} is not in this version yet. {_INSTEAD[word]}")


_INSTEAD = {
    "setup": "Sources, topics and digests stand in config.toml; config.example.toml explains each line.",
}
