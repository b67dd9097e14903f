"""The bytes of a text file as they pass: what no table of cells shows any more."""

import re
from dataclasses import dataclass, field

import numpy as np

_ENDS = ("LF", "CRLF", "CR")
_AFTER = "text after a closing quote is read as part of the cell; see that the cell is right"


@dataclass(slots=True)
class RawText:
    r"""Facts about a text that is fed piece by piece, from its first byte to its last.

    Attributes:
        delimiter: between cells.
        quotes, zeros, size, lines: quotes, NUL bytes, all bytes and line ends so far.
        last: the last byte.
        ends: kinds of line ends outside quotes.
        after_quote: lines with text after a closing quote, and the first of them.

    Example:
        >>> seen = RawText(b",")
        >>> seen.feed(b'a,b\n"x"y,1\r\n')
        >>> seen.notes()[0]
        'lines end in different ways (LF, CRLF)'
        >>> seen.notes()[1][:46]
        'line 2: text after a closing quote is read as '
    """

    delimiter: bytes
    quotes: int = 0
    zeros: int = 0
    size: int = 0
    lines: int = 0
    last: bytes = b""
    ends: set[str] = field(default_factory=set)
    after_quote: int = 0
    first_after_quote: int = 0
    _held: bytes = b""

    def feed(self, piece: bytes) -> None:
        """Take the next piece."""
        if not piece:
            return
        self.size += len(piece)
        self.last = piece[-1:]
        self.zeros += piece.count(b"\0")
        piece, self._held = self._held + piece, b""
        if piece.endswith(b"\r"):  # its line feed may come with the next piece
            piece, self._held = piece[:-1], b"\r"
        quotes = piece.count(b'"')
        if quotes and not self._stand_at_edges(piece):
            self._look_after_quotes(piece)
        self._count_ends(piece, quoted=bool(quotes))
        self.quotes += quotes
        self.lines += piece.count(b"\n") or piece.count(b"\r")

    @property
    def is_open(self) -> bool:
        """Whether a quote is open: their number is odd."""
        return self.quotes % 2 == 1

    def notes(self) -> list[str]:
        """What somebody should look at."""
        said = []
        if self._held:
            self.ends.add("CR")
        if len(self.ends) > 1:
            said.append(
                f"lines end in different ways ({', '.join(e for e in _ENDS if e in self.ends)})"
            )
        if self.after_quote:
            more = f" (and in {self.after_quote - 1:,} more places)" if self.after_quote > 1 else ""
            said.append(f"line {self.first_after_quote}: {_AFTER}{more}")
        return said

    def _stand_at_edges(self, piece: bytes) -> bool:
        """Whether every quote stands at the edge of a cell, as where no cell holds one."""
        letters = np.frombuffer(piece, dtype="uint8")
        edges = np.zeros(256, dtype=bool)
        edges[[*self.delimiter, *b"\r\n"]] = True
        places = np.flatnonzero(letters == ord('"'))
        before = edges[letters[np.maximum(places - 1, 0)]] | (places == 0)
        after = edges[letters[np.minimum(places + 1, len(letters) - 1)]]
        return bool((before | after | (places == len(letters) - 1)).all())

    def _cells(self, piece: bytes) -> tuple[re.Pattern[bytes], int]:
        """What finds quoted cells and the letter after them, and where to begin."""
        d = re.escape(self.delimiter)
        inside = rb'[^"]*(?:""[^"]*)*'
        begin = 0
        if self.is_open and (rest := re.match(inside + b'"', piece)):
            begin = rest.end()
        found = rb'(?:\A|(?<=[%b\r\n]))"%b(?:"([^%b\r\n])?|\Z)' % (d, inside, d)
        return re.compile(found), begin

    def _look_after_quotes(self, piece: bytes) -> None:
        pattern, begin = self._cells(piece)
        for cell in pattern.finditer(piece, begin):
            if cell[1] is not None:
                self.after_quote += 1
                if not self.first_after_quote:
                    self.first_after_quote = self.lines + piece.count(b"\n", 0, cell.end()) + 1

    def _count_ends(self, piece: bytes, *, quoted: bool) -> None:
        returns = piece.count(b"\r")
        if not returns:
            self.ends |= {"LF"} if b"\n" in piece else set()
            return
        feeds, both = piece.count(b"\n"), piece.count(b"\r\n")
        if quoted and not both == feeds == returns:
            pattern, begin = self._cells(piece)
            piece = pattern.sub(b"", piece[begin:])
            returns, feeds = piece.count(b"\r"), piece.count(b"\n")
            both = piece.count(b"\r\n")
        counts = {"LF": feeds - both, "CRLF": both, "CR": returns - both}
        self.ends |= {end for end, count in counts.items() if count}
