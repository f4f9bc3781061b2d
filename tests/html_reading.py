"""Some HTML read again, and texts that would do harm if they were not shown as text."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from hypothesis import strategies as st

ALLOWED = {
    *("div", "p", "br", "strong", "em", "code", "pre", "blockquote", "hr", "ul", "ol", "li"),
    *("table", "thead", "tbody", "tr", "th", "td", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("sup", "a", "span", "cite"),
}
ATTRIBUTES = {
    *("class", "href", "target", "rel", "aria-label", "aria-description", "aria-hidden"),
    *("style", "start", "value", "role", "tabindex"),
}
VOID = {"br", "hr"}
HOSTILE = [
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "![x](http://far/x.png)"),
    *(
        "[x](javascript:alert(1))",
        "<http://far>",
        "[x]: http://far\n\n[x]",
        "$5 and $6",
        ":name[x]",
    ),
    *(
        "`",
        "```py\n",
        "~~~\" onclick='x'\n",
        "**",
        "_",
        "|a|b|\n|-|-|\n|c|d|\n",
        "> ",
        "\n- ",
        "\n\n",
    ),
    *("\\", "&lt;b&gt;", "&", '"', "'", "\r\n", "\r", "# ", "1. ", "    ", "\x00", "\U000f0000"),
]
hostile_text = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=6)).map("".join)


@dataclass
class Page(HTMLParser):
    """The tags, the attributes and the text of some HTML.

    ``text`` leaves out what belongs to marks, which is in ``marks`` and ``cards``.
    """

    tags: list[str] = field(default_factory=list)
    attributes: list[dict[str, str | None]] = field(default_factory=list)
    text: str = ""
    marks: list[str] = field(default_factory=list)
    cards: list[str] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.append(dict(attrs))
        name = "card" if ("class", "card") in attrs else tag
        self.inside += [name] * (tag not in VOID)
        self.marks += [""] * (name == "sup")
        self.cards += [""] * (name == "card")

    def handle_endtag(self, tag: str) -> None:
        assert tag in VOID or self.inside.pop() in (tag, "card")

    def handle_data(self, data: str) -> None:
        if "card" in self.inside:
            self.cards[-1] += data
        elif "sup" in self.inside:
            self.marks[-1] += data
        else:
            self.text += data

    def tag(self, name: str) -> dict[str, str | None]:
        return self.attributes[self.tags.index(name)]


def read(html: str) -> Page:
    page = Page()
    page.feed(html)
    page.close()
    return page


def squeezed(text: str) -> str:
    """The text without its white space, of which HTML keeps no count."""
    return "".join(text.split())
