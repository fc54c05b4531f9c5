/** How the messages of a COPY become lines of a file; Postgres ends each with LF. */
export type LineRules = {
  /** Lines end with CR LF, as RFC 4180 has it; line feeds inside of a row stay as they are. */
  readonly crlf: boolean;
  /** Whether a line, by its first byte and how many came before it, is a row of the report. */
  isRow(firstByte: number, linesBefore: number): boolean;
};

/** Some bytes of the file, valid until the next are taken, and how many rows of the report began so far. */
export type Piece = { readonly bytes: Buffer; readonly rows: number };

export type CopiedLines = {
  /** Takes what there is room for of some bytes off the connection, from a place on; answers where it stopped. */
  take(bytes: Buffer, from: number): number;
  /** What was taken, to be written before more is taken. */
  piece(): Piece;
  readonly isEmpty: boolean;
  readonly isFull: boolean;
  /** A message was met that is no part of the copy: it stands where `take` stopped. */
  readonly isOver: boolean;
};

const pieceBytes = 64 * 1024;
const headBytes = 5; // a byte says what kind of message it is, four its length with themselves
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const codeOf = (letter: string) => letter.charCodeAt(0);
const copyData = codeOf('d');
const duringCopy = ['H', 'd', 'S', 'N', 'A'].map(codeOf);

/**
 * Reads what Postgres sends during a COPY. There is one message a row (postgresql.org, Message Flow, COPY Operations), so rows are told
 * apart without being read, and all is written into one piece of memory again and again: a million rows leave nothing to clear away.
 */
export function copiedLines({ crlf, isRow }: LineRules): CopiedLines {
  const memory = Buffer.allocUnsafeSlow(pieceBytes);
  let length = 0;
  let rows = 0;
  let lines = 0;
  let isOver = false;
  let kind = 0;
  let head = 0;
  let left = 0;
  let isLineStart = false;

  function takeHead(byte: number): void {
    if (head === 0) {
      kind = byte;
      isOver = !duringCopy.includes(byte);
    } else {
      left = left * 256 + byte;
    }
    head = isOver ? 0 : head + 1;
    if (head === headBytes) {
      left -= headBytes - 1;
      isLineStart = kind === copyData;
      if (left === 0) head = 0;
    }
  }

  function takeContent(bytes: Buffer, from: number): number {
    const room = kind === copyData ? pieceBytes - 1 - length : left;
    const to = from + Math.min(left, bytes.length - from, room);
    if (isLineStart) {
      if (isRow(bytes[from]!, lines)) rows += 1;
      lines += 1;
      isLineStart = false;
    }
    left -= to - from;
    if (kind === copyData) {
      const isEnd = crlf && left === 0;
      length += bytes.copy(memory, length, from, isEnd ? to - 1 : to);
      if (isEnd) {
        memory[length++] = carriageReturn;
        memory[length++] = lineFeed;
      }
    }
    if (left === 0) head = 0;
    return to;
  }

  return {
    take(bytes, from) {
      let at = from;
      while (at < bytes.length && length < pieceBytes - 1) {
        if (head === headBytes) {
          at = takeContent(bytes, at);
          continue;
        }
        takeHead(bytes[at]!);
        if (isOver) break;
        at += 1;
      }
      return at;
    },
    piece() {
      const bytes = memory.subarray(0, length);
      length = 0;
      return { bytes, rows };
    },
    get isEmpty() {
      return length === 0;
    },
    get isFull() {
      return length >= pieceBytes - 1;
    },
    get isOver() {
      return isOver;
    },
  };
}
