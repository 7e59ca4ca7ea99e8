"""Tokens into a tree: commands, pipelines, lists, loops and conditions. After the POSIX shell grammar, a part of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from playground.kube.runtime.shell.lexer import NotUnderstood, Token, Word, tokens


@dataclass(frozen=True, slots=True)
class Redirection:
    """Where output goes: a file, anew or at its end; "" for 2>&1 and the like. *stream*: 1, 2 or 3 for both."""

    stream: int
    target: Word
    appends: bool


@dataclass(frozen=True, slots=True)
class Simple:
    """A command: assignments, words, redirections."""

    assigned: tuple[tuple[str, Word], ...]
    words: tuple[Word, ...]
    redirections: tuple[Redirection, ...] = ()


@dataclass(frozen=True, slots=True)
class Many:
    """Commands one after the other; *joins*[i] stands before command i: ; && || |; *behind*: with & after."""

    commands: tuple[Node, ...]
    joins: tuple[str, ...]
    behind: frozenset[int] = frozenset()
    redirections: tuple[Redirection, ...] = ()


@dataclass(frozen=True, slots=True)
class Loop:
    """`while`, or `until` if *negated*."""

    condition: Node
    body: Node
    negated: bool = False
    redirections: tuple[Redirection, ...] = ()


@dataclass(frozen=True, slots=True)
class For:
    """`for name in words`."""

    name: str
    words: tuple[Word, ...]
    body: Node
    redirections: tuple[Redirection, ...] = ()


@dataclass(frozen=True, slots=True)
class If:
    """Pairs of condition and commands; the last condition may be None (else)."""

    branches: tuple[tuple[Node | None, Node], ...]
    redirections: tuple[Redirection, ...] = ()


Node = Simple | Many | Loop | For | If
_KEYWORDS: Final = frozenset({"then", "elif", "else", "fi", "do", "done", "}"})
_UNKNOWN: Final = frozenset({"case", "function", "select", "[["})
_ENDS: Final = frozenset({";", "\n", "&"})


def parse(script: str) -> Node:
    """Return the tree of a script; raises NotUnderstood."""
    reader = _Reader(tokens(script))
    tree = reader.many(frozenset())
    if reader.peek() is not None:
        raise NotUnderstood(f"{reader.text()!r} where a command begins")
    return tree


@dataclass(slots=True)
class _Reader:
    tokens: list[Token]
    at: int = 0

    def peek(self) -> Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def text(self) -> str:
        """The next token's text: of an operator, or of a word that is not quoted; "" at the end."""
        token = self.peek()
        if token is None:
            return ""
        if token.operator:
            return token.operator
        return "".join(part.text for part in token.word) if all(not part.quoted for part in token.word) else '"'

    def many(self, ends: frozenset[str]) -> Many:
        """Commands up to one of the words that end them."""
        commands: list[Node] = []
        joins: list[str] = []
        behind: set[int] = set()
        join = ";"
        while self.peek() is not None and self.text() not in ends | {")", ";;"}:
            if self.text() in _ENDS:
                self.at += 1
                continue
            commands.append(self.command())
            joins.append(join)
            join = self.text() if self.text() in {"&&", "||", "|"} else ";"
            if self.text() == "&":
                behind.add(len(commands) - 1)
            if self.text() in {"&&", "||", "|", *_ENDS}:
                self.at += 1
                while self.text() == "\n":
                    self.at += 1
        return Many(tuple(commands), tuple(joins), frozenset(behind))

    def command(self) -> Node:
        word = self.text()
        if word in _UNKNOWN:
            raise NotUnderstood(f"{word!r}")
        if word in {"while", "until"}:
            return self._loop(negated=word == "until")
        if word == "for":
            return self._for()
        if word == "if":
            return self._if()
        if word in {"{", "("}:
            self.at += 1
            inner = self.many(frozenset({"}"}))
            self._expect("}" if word == "{" else ")")
            return Many(inner.commands, inner.joins, inner.behind, self._redirections())
        if word in _KEYWORDS:
            raise NotUnderstood(f"{word!r} where a command begins")
        return self._simple()

    def _loop(self, *, negated: bool) -> Loop:
        self.at += 1
        condition = self.many(frozenset({"do"}))
        return Loop(condition, self._body(), negated, self._redirections())

    def _body(self) -> Many:
        self._expect("do")
        body = self.many(frozenset({"done"}))
        self._expect("done")
        return body

    def _for(self) -> For:
        self.at += 1
        name = self.text()
        self.at += 1
        words: list[Word] = []
        if self.text() == "in":
            self.at += 1
            while (token := self.peek()) is not None and not token.operator:
                words.append(token.word)
                self.at += 1
        while self.text() in _ENDS:
            self.at += 1
        if not name.isidentifier():
            raise NotUnderstood("a for loop that counts ((…))")
        return For(name, tuple(words), self._body(), self._redirections())

    def _if(self) -> If:
        branches: list[tuple[Node | None, Node]] = []
        while self.text() in {"if", "elif"}:
            self.at += 1
            condition = self.many(frozenset({"then"}))
            self._expect("then")
            branches.append((condition, self.many(frozenset({"elif", "else", "fi"}))))
        if self.text() == "else":
            self.at += 1
            branches.append((None, self.many(frozenset({"fi"}))))
        self._expect("fi")
        return If(tuple(branches), self._redirections())

    def _expect(self, word: str) -> None:
        if self.text() != word:
            raise NotUnderstood(f"{word!r} is missing")
        self.at += 1

    def _simple(self) -> Simple:
        assigned: list[tuple[str, Word]] = []
        words: list[Word] = []
        found: list[Redirection] = []
        while (token := self.peek()) is not None:
            if token.operator:
                more = self._redirections()
                if not more:
                    break
                found += more
                continue
            self.at += 1
            pair = None if words else _assignment(token.word)
            if pair is not None:
                assigned.append(pair)
            else:
                words.append(token.word)
        if self.text() == "(" and len(words) == 1:
            raise NotUnderstood("a function")
        return Simple(tuple(assigned), tuple(words), tuple(found))

    def _redirections(self) -> tuple[Redirection, ...]:
        found = []
        while (token := self.peek()) is not None and (">" in token.operator or token.operator == "<"):
            self.at += 1
            if "&" in token.operator[1:]:  # 2>&1: both go where 1 goes
                continue
            target = self.peek()
            if target is None or target.operator:
                raise NotUnderstood("a redirection to nowhere")
            self.at += 1
            stream = {"2": 2, "&": 3}.get(token.operator[0], 1)
            if token.operator != "<":
                found.append(Redirection(stream, target.word, ">>" in token.operator))
        return tuple(found)


def _assignment(word: Word) -> tuple[str, Word] | None:
    """Return name and value of NAME=value, or None."""
    if not word or word[0].quoted:
        return None
    name, equals, rest = word[0].text.partition("=")
    if not equals or not name.isidentifier():
        return None
    first = (type(word[0])(rest, word[0].filled, word[0].quoted),) if rest else ()
    return name, (*first, *word[1:])
