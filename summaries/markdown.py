"""Markdown made plain: the words stay, the marks go."""

import re

_HEADING = re.compile(r"[ \t]{0,3}#{1,6}[ \t]+(.*?)[ \t]*#*[ \t]*")
_UNDERLINE = re.compile(r"[ \t]{0,3}(?:={3,}|-{3,})[ \t]*")
_DROPPED = re.compile(
    r"[ \t]*(?:```|~~~).*"  # fences
    r"|[ \t]*(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})"  # rules
    r"|[ \t]{0,3}\[[^\[\]]{1,100}\]:[ \t]+\S.*"  # where links lead
)
_QUOTED = re.compile(r"(?:[ \t]*>[ \t]?)+")
# No repetition here can run over its own opening mark, so each takes linear time.
_INLINE = (
    (re.compile(r"!\[[^\[\]]{0,500}\]\([^()]{0,2000}\)"), ""),
    (re.compile(r"\[([^\[\]]{1,500})\](?:\([^()]{0,2000}\)|\[[^\[\]]{0,100}\])"), r"\1"),
    (re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,2000})>"), r"\1"),
    (re.compile(r"(?<![\w*])\*(?=[^\s*])([^*]{1,1000})(?<=\S)\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<![\w_])_(?=[^\s_])([^_]{1,1000})(?<=\S)_(?![\w_])"), r"\1"),
    (re.compile(r"\*\*(?=\S)([^*]{1,1000})(?<=\S)\*\*"), r"\1"),
    (re.compile(r"__(?=\S)([^_]{1,1000})(?<=\S)__"), r"\1"),
    (re.compile(r"`([^`]{1,1000})`"), r"\1"),
    (re.compile(r"\\([!#*()+.\[\]_`{}>-])"), r"\1"),
)


def read_markdown(text: str) -> tuple[str, str]:
    """The first heading, and the text without headings' and other marks: headings are paragraphs of their own.

    The marks of list items stay, as they stay in any plain text: they tell later stages that there is a list.
    """
    title = ""
    lines: list[str] = []
    for line in text.splitlines():
        if _UNDERLINE.fullmatch(line) and lines and lines[-1]:
            line = f"# {lines.pop()}"
        if _DROPPED.fullmatch(line):
            lines.append("")
            continue
        line = _QUOTED.sub("", line, count=1) if line.lstrip().startswith(">") else line
        heading = _HEADING.fullmatch(line)
        words = _plain(heading[1] if heading else line)
        if heading and not title:
            title = " ".join(words.split())
        lines.extend(["", words, ""] if heading else [words])
    return title, "\n".join(lines)


def _plain(line: str) -> str:
    for pattern, kept in _INLINE:
        line = pattern.sub(kept, line)
    return line
