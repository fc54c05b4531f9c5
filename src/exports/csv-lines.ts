const quote = 0x22;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Turns Postgres's CSV into that of RFC 4180, chunk by chunk, and counts. */
export type CsvLines = {
  /** The next bytes of the file. */
  write(chunk: Buffer): Buffer;
  /** Records that were complete so far, the header among them. */
  readonly records: number;
};

/** Ends every record with CR LF, as RFC 4180 has it; Postgres ends them with LF. Line feeds inside quotes stay as they are. */
export function csvLines(): CsvLines {
  let isQuoted = false;
  let records = 0;
  return {
    get records() {
      return records;
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
