import type fc from 'fast-check';
import type { Pool } from '../../../src/db/database.ts';
import type { Message } from '../../../src/sandbox/mailbox-messages.ts';
import type { StripeSide } from '../stage/simulator.ts';
import type { Slot } from '../stage/slot.ts';
import type { Notes } from './notes.ts';

/** A newsroom as the outside sees it. */
export type Newsroom = {
  /** Address of the service. */
  url: string;
  stripe: StripeSide;
  financeKey: string;
  database: { pool: Pool };
  mails(): Message[];
  /** Simulated time. */
  now(): Date;
};

/** A newsroom, and what the storm knows of its readers. */
export type Scene = {
  slot: Newsroom;
  notes: Notes;
  /** A fault of this kind was met by somebody. */
  fired(kind: string, times?: number): void;
};

/** Where a schedule happens: a newsroom inside this process that is used by nobody else meanwhile. */
export type Stage = Scene & { slot: Slot };

/** One thing that somebody or something does. Its input is plain JSON, so that it can be kept and done again. */
export type Command<Input = Record<string, unknown>> = {
  name: string;
  /** How often it is drawn, beside the others. */
  weight: number;
  input: fc.Arbitrary<Input>;
  /** Does it, and waits for no consequence. Answers false where it could not be: nothing was there that it needs. */
  run(stage: Stage, input: Input): Promise<boolean>;
};

/** A command with its input, as it stands in a schedule. */
export type Call = { do: string } & Record<string, unknown>;

/** Steps one after the other; the calls of a step at once. */
export type Schedule = Call[][];

/** Keeps the type of its input inside. */
export function defineCommand<Input>(command: Command<Input>): Command {
  return command as unknown as Command;
}

/** One of those that are there, by a number of any size; undefined where none is. */
export function pick<Item>(items: readonly Item[], which: number): Item | undefined {
  return items[which % Math.max(1, items.length)];
}
