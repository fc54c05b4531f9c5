import type { Connection, Submittable } from 'pg';
import { copiedLines, type LineRules, type Piece } from './copied-lines.ts';
import type { PoolClient } from './database.ts';

/**
 * The file that a `copy … to stdout` makes, in pieces. No more is taken from Postgres than is asked for. Throws what Postgres refuses;
 * a connection on which it was not read to its end is of no further use.
 */
export async function* copyRows(client: PoolClient, statement: string, rules: LineRules): AsyncGenerator<Piece> {
  const question = client.query(new CopyOut(statement));
  const lines = copiedLines(rules);
  for (let bytes = await question.next(); bytes; bytes = await question.next()) {
    let at = 0;
    while (at < bytes.length && !lines.isOver) {
      at = lines.take(bytes, at);
      if (lines.isFull) yield lines.piece();
    }
    if (lines.isOver) question.handBack(bytes.subarray(at));
  }
  if (!lines.isEmpty) yield lines.piece();
  await question.ended;
}

type Listener = (bytes: Buffer) => void;

/** A statement whose answer is read straight off the connection, past pg, until the copy is over. */
class CopyOut implements Submittable {
  readonly ended: Promise<void>;
  private readonly end = Promise.withResolvers<void>();
  private readonly statement: string;
  private stream!: NodeJS.ReadableStream;
  private pgListener!: Listener;
  private isOver = false;
  private wake = (): void => undefined;
  private readonly onReadable = (): void => this.wake();

  constructor(statement: string) {
    this.statement = statement;
    this.ended = this.end.promise;
    this.ended.catch(() => undefined); // whoever reads hears of it
  }

  submit(connection: Connection): void {
    this.stream = connection.stream;
    this.pgListener = this.stream.listeners('data')[0] as Listener;
    this.stream.removeListener('data', this.pgListener);
    this.stream.pause();
    this.stream.on('readable', this.onReadable);
    connection.query(this.statement);
  }

  /** The next bytes; undefined once it is over. */
  async next(): Promise<Buffer | undefined> {
    while (!this.isOver) {
      const bytes = this.stream?.read() as Buffer | null;
      if (bytes) return bytes;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    return undefined;
  }

  /** pg goes on with the rest. */
  handBack(rest: Buffer): void {
    this.isOver = true;
    this.stream.removeListener('readable', this.onReadable);
    this.stream.on('data', this.pgListener);
    this.pgListener(rest);
    process.nextTick(() => this.stream.resume());
  }

  handleError(error: Error): void {
    this.isOver = true;
    this.end.reject(error);
    this.wake();
  }

  handleReadyForQuery(): void {
    this.end.resolve();
  }

  handleCommandComplete(): void {}
}
