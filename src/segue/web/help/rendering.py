"""Markdown as HTML: links between the documents lead to their pages, HTML in them is shown and never obeyed.

Nothing is loaded from outside: pictures are those of the documentation, others are left out with their words in place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from urllib.parse import unquote

from django.urls import reverse
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.token import Token

from segue.web.help.anchors import slug
from segue.web.help.documents import Document, document, names, pictures, place_of
from segue.words.catalogue import ENGLISH
from segue.words.languages import typeset

_PARSER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_OUTSIDE = re.compile(r"https?://")
_COMMENT = re.compile(r"^<!--.*?-->\s*", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A second heading of a page and its anchor."""

    title: str
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A document as HTML without its title, and its sections."""

    html: SafeString
    sections: Sequence[Section]


@cache
def rendered(doc: Document) -> Rendered:
    """Render a document as it is kept."""
    return render(doc.text, doc)


def render(text: str, doc: Document) -> Rendered:
    """Render a text; its links and pictures start where the document lies."""
    tokens = _PARSER.parse(_COMMENT.sub("", text))
    sections = list(_anchored(tokens))
    tokens = list(_with_english_anchors(tokens, doc))
    for token in tokens:
        if token.children:
            token.children = list(_linked(token.children, doc))
            _typeset(token.children, doc)
    html = _PARSER.renderer.render(_boxed(_without_title(tokens)), _PARSER.options, {})
    # The parser escapes whatever is no Markdown (`html` is off), and what is put in here is made of checked addresses.
    return Rendered(html=SafeString(html), sections=sections)


def _typeset(tokens: Sequence[Token], doc: Document) -> None:
    """Give words the blanks that do not break, where the language has such; code stays as it is."""
    for token in tokens:
        if token.type == "text":
            token.content = typeset(token.content, doc.language)


def _anchored(tokens: Sequence[Token]) -> Iterator[Section]:
    """Give headings their anchors, and yield the second ones."""
    seen: dict[str, int] = {}
    for opening, inline in pairwise(tokens):
        if opening.type != "heading_open":
            continue
        anchor = slug(inline.content)
        count = seen.get(anchor, 0)
        seen[anchor] = count + 1
        opening.attrSet("id", f"{anchor}-{count}" if count else anchor)
        if opening.tag == "h2":
            yield Section(title=_plain(inline), anchor=str(opening.attrGet("id")))


def _with_english_anchors(tokens: Sequence[Token], doc: Document) -> Iterator[Token]:
    """Put the anchors of the English headings before those of another language: pages that are in English only lead to them."""
    english = iter(_english_anchors(doc))
    for token in tokens:
        anchor = next(english, "") if token.type == "heading_open" else ""
        if anchor and anchor != token.attrGet("id"):
            yield Token("mark_open", "span", 1, attrs={"id": anchor})
            yield Token("mark_close", "span", -1)
        yield token


def _english_anchors(doc: Document) -> list[str]:
    """Return the anchors of the same document in English, in order; none for what is English itself."""
    if doc.language == ENGLISH or doc.name not in names(ENGLISH):
        return []
    tokens = _PARSER.parse(_COMMENT.sub("", Document(name=doc.name, language=ENGLISH).text))
    list(_anchored(tokens))
    return [str(token.attrGet("id")) for token in tokens if token.type == "heading_open"]


def _plain(inline: Token) -> str:
    return "".join(child.content for child in inline.children or () if child.content)


def _without_title(tokens: Sequence[Token]) -> list[Token]:
    """Leave the first heading out: the page has it as its own."""
    for place, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h1":
            return [*tokens[:place], *tokens[place + 3 :]]
    return list(tokens)


def _boxed(tokens: Sequence[Token]) -> list[Token]:
    """Put tables into boxes that scroll by themselves, also by the keyboard; classes stand for their styles."""
    boxed: list[Token] = []
    for token in tokens:
        if "right" in str(token.attrs.pop("style", "")):
            token.attrSet("class", "numeric")
        if token.type == "table_open":
            attrs: dict[str, str | int | float] = {"class": "scroll", "tabindex": "0"}
            boxed += [Token("box_open", "div", 1, attrs=attrs, block=True), token]
        elif token.type == "table_close":
            boxed += [token, Token("box_close", "div", -1, block=True)]
        else:
            boxed.append(token)
    return boxed


def _linked(tokens: Sequence[Token], doc: Document) -> Iterator[Token]:
    """Yield inline tokens whose links lead to pages and whose pictures are ours; the words of others stay."""
    open_links: list[bool] = []
    for token in tokens:
        if token.type == "image":
            yield from _picture(token, doc)
        elif token.type == "link_open":
            address = _address(str(token.attrGet("href") or ""), doc)
            open_links.append(address is not None)
            if address is not None:
                token.attrs = _link(address)
                yield token
        elif token.type != "link_close" or open_links.pop():
            yield token


def _link(address: str) -> dict[str, str | int | float]:
    if _OUTSIDE.match(address):
        return {"href": address, "rel": "noopener noreferrer"}
    return {"href": address}


def _address(link: str, doc: Document) -> str | None:
    """Return where a link leads on the pages; None when the place is not part of the documentation."""
    if link.startswith("#") or _OUTSIDE.match(link):
        return link
    path, hash_, anchor = unquote(link).partition("#")
    name = place_of(path, of=doc) if path.endswith(".md") else None
    if name is None or document(name.removesuffix(".md"), doc.language) is None:
        return None
    return reverse("help-page", kwargs={"name": name.removesuffix(".md")}) + hash_ + anchor


def _picture(token: Token, doc: Document) -> Iterator[Token]:
    words = token.content
    place = place_of(str(token.attrGet("src") or ""), of=doc)
    if place not in pictures():
        yield Token("text", "", 0, content=words)
        return
    token.attrSet("src", reverse("help-picture", kwargs={"place": place}))
    token.attrSet("loading", "lazy")
    yield token
