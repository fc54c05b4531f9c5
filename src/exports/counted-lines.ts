const quote = 0x22;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** What the bytes of a COPY go through, chunk by chunk. */
export type CountedLines = {
  /** The next bytes of the file. */
  write(chunk: Buffer): Buffer;
  /** Rows of the report that were complete so far. */
  readonly rows: number;
};

/** Postgres's CSV as RFC 4180 has it: every record, the header first, ends with CR LF. Line feeds inside quotes stay as they are. */
export function csvLines(): CountedLines {
  let isQuoted = false;
  let records = 0;
  return {
    get rows() {
      return Math.max(0, records - 1);
    },
    write(chunk) {
      const ends: number[] = [];
      let nextQuote = chunk.indexOf(quote);
      for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, end + 1)) {
        for (; nextQuote >= 0 && nextQuote < end; nextQuote = chunk.indexOf(quote, nextQuote + 1)) {
          isQuoted = !isQuoted;
        }
        if (!isQuoted) ends.push(end);
      }
      for (; nextQuote >= 0; nextQuote = chunk.indexOf(quote, nextQuote + 1)) {
        isQuoted = !isQuoted;
      }
      records += ends.length;
      return withReturns(chunk, ends);
    },
  };
}

/** A copy of `chunk` with a carriage return before each of the `ends`. */
function withReturns(chunk: Buffer, ends: number[]): Buffer {
  const copy = Buffer.allocUnsafe(chunk.length + ends.length);
  let from = 0;
  let to = 0;
  for (const end of ends) {
    to += chunk.copy(copy, to, from, end);
    copy[to] = carriageReturn;
    to += 1;
    from = end;
  }
  chunk.copy(copy, to, from);
  return copy;
}

/** Lines that stay as they are; `isRow` says by its first character whether a line is a row of the report. */
export function plainLines(isRow: (first: string) => boolean): CountedLines {
  let rows = 0;
  let isInRow: boolean | undefined;
  return {
    get rows() {
      return rows;
    },
    write(chunk) {
      for (let start = 0; start < chunk.length; ) {
        isInRow ??= isRow(String.fromCharCode(chunk[start]!));
        const end = chunk.indexOf(lineFeed, start);
        if (end < 0) break;
        if (isInRow) rows += 1;
        isInRow = undefined;
        start = end + 1;
      }
      return chunk;
    },
  };
}
