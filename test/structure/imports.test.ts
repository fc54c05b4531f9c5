import { describe, expect, test } from 'vitest';
import { findViolations } from './import-rules.ts';
import { readImports, readSources } from './sources.ts';

const sources = readSources(['src', 'webhooks'], ['.ts']);

describe('who may import whom', () => {
  test('every file of the service keeps to it', () => {
    expect(Object.keys(sources).length).toBeGreaterThan(50);
    expect(findViolations(sources)).toEqual([]);
  });

  test('every import of the service is understood: it leads to a file that is there', () => {
    const lost = Object.entries(sources).flatMap(([name, text]) =>
      readImports(name, text)
        .filter(({ target }) => /^(src|webhooks)\/.*\.ts$/.test(target) && !(target in sources))
        .map(({ target }) => `${name} → ${target}`),
    );
    expect(lost).toEqual([]);
  });

  test.each<[string, Record<string, string>, RegExp]>([
    ['a leaf that imports a room', { 'src/money.ts': "import { x } from './db/database.ts';" }, /a leaf imports only leaves/],
    [
      'a room that imports a later one',
      { 'src/donations/a.ts': "import { x } from '../refunds/b.ts';" },
      /donations may not use refunds/,
    ],
    [
      'a room that imports a later one for its types',
      { 'src/ledger/a.ts': "import type { X } from '../donors/b.ts';" },
      /ledger may not use donors/,
    ],
    [
      'a record that writes a receipt itself',
      { 'src/donations/a.ts': "import { x } from '../receipts/b.ts';" },
      /may not use receipts/,
    ],
    ['a record that mails', { 'src/refunds/a.ts': "import { x } from '../mail/b.ts';" }, /may not use mail/],
    [
      'an export that looks into a room',
      { 'src/exports/a.ts': "import { x } from '../donations/b.ts';" },
      /exports may not use donations/,
    ],
    ['the edge that reads the database', { 'src/http/a.ts': "import { x } from '../db/b.ts';" }, /http may not use db/],
    ['a room that knows the edge', { 'src/donations/a.ts': "import type { X } from '../http/route.ts';" }, /may not use http/],
    ['webhooks that know the edge', { 'webhooks/a.ts': "import { x } from '../src/http/b.ts';" }, /webhooks may not use http/],
    ['a room that imports the wiring', { 'src/jobs/a.ts': "import { x } from '../worker.ts';" }, /nobody imports the wiring/],
    ['more than types from services', { 'src/ledger/a.ts': "import { x } from '../services.ts';" }, /more than types/],
    ['browser code that imports code', { 'src/web/a.ts': "import { money } from '../money.ts';" }, /more than types/],
    ['a room that imports browser code', { 'src/http/a.ts': "import { x } from '../web/a.ts';" }, /more than types/],
    ['a room without rules', { 'src/helpers/a.ts': "import { x } from '../db/b.ts';" }, /rules do not know/],
    ['a sandbox that imports the service', { 'src/sandbox/a.ts': "import { x } from '../money.ts';" }, /nothing of the service/],
    [
      'a service that imports the sandbox',
      { 'src/demo.ts': "import type { X } from './sandbox/a.ts';" },
      /only main imports the sandbox/,
    ],
    [
      'a main that always loads the sandbox',
      { 'src/main.ts': "import { x } from './sandbox/a.ts';" },
      /only main imports the sandbox/,
    ],
    ['a sandbox loaded elsewhere', { 'src/app.ts': "await import('./sandbox/a.ts');" }, /only main imports the sandbox/],
    ['express away from the edge', { 'src/donations/a.ts': "import type { Request } from 'express';" }, /the package express/],
    ['pg away from db', { 'src/exports/a.ts': "import type pg from 'pg';" }, /the package pg/],
    ['the Stripe client away from the gateway', { 'webhooks/refund.ts': "import Stripe from 'stripe';" }, /the package stripe/],
    ['mailing away from mail', { 'src/receipts/a.ts': "import nodemailer from 'nodemailer';" }, /the package nodemailer/],
    [
      'the queue away from jobs',
      { 'src/donations/a.ts': "import { run } from 'graphile-worker';" },
      /the package graphile-worker/,
    ],
    ['settings read outside of main', { 'src/config.ts': 'const port = process.env.PORT;' }, /reads process.env/],
    ['settings read sideways', { 'src/serve.ts': "const port = process['env'].PORT;" }, /reads process.env/],
    ['the clock read elsewhere', { 'src/donors/a.ts': 'const now = new Date();' }, /the machine's clock/],
    ['milliseconds read elsewhere', { 'webhooks/a.ts': 'const now = Date.now();' }, /the machine's clock/],
    ['chance made elsewhere', { 'src/jobs/a.ts': 'const wait = Math.random() * 5;' }, /chance of its own/],
    ['a barrel', { 'src/donors/all.ts': "export { x } from './a.ts';" }, /is a barrel/],
    ['a barrel of everything', { 'src/donors/all.ts': "export * from './a.ts';" }, /is a barrel/],
    ['a barrel by name', { 'src/donors/index.ts': 'export const x = 1;' }, /is a barrel/],
    [
      'a ring',
      { 'src/db/a.ts': "import './b.ts';", 'src/db/b.ts': "import type { X } from './a.ts';" },
      /a.ts imports itself in a ring: .*a.ts → .*b.ts → .*a.ts/,
    ],
  ])('finds %s', (_what, planted, expected) => {
    expect(findViolations(planted)).toEqual([expect.stringMatching(expected)]);
  });

  test('lets pass what is fine, and what only a comment says', () => {
    const fine = {
      'src/main.ts': "const { startSandbox } = await import('./sandbox/newsroom.ts');\nconst port = process.env.PORT;",
      'src/clock.ts': 'export const now = () => new Date();',
      'src/donations/record.ts': "import { post } from '../ledger/post.ts';\n// import x from 'pg'; process.env, new Date()",
      'src/refunds/record.ts': "import type { Services } from '../services.ts';\nconst day = new Date(text);",
      'src/http/stores/limits.ts': "import { sql } from '../../db/database.ts';",
      'src/web/widget/config.ts': "import type { Currency } from '../../currency.ts';",
      'src/http/get-widget-config.ts': "import type { Config } from '../web/widget/config.ts';\nimport express from 'express';",
      'src/sandbox/postgres.ts': "import pg from 'pg';\nconst at = Date.now();",
    };
    expect(findViolations(fine)).toEqual([]);
  });

  test('reads imports however they are written', () => {
    const text = `import a, {
  type B,
  c as d,
} from './one.ts';
import type { E } from './two.ts';
import './three.ts';
import * as four from './four.ts';
export { five } from './five.ts';
const six = await import('./six.ts');
type Seven = typeof import('./seven.ts');
const text = 'nothing from here'; // import './eight.ts'`;
    expect(readImports('src/db/x.ts', text).map(({ target, isType }) => `${target}${isType ? ' (type)' : ''}`)).toEqual([
      'src/db/one.ts',
      'src/db/two.ts (type)',
      'src/db/three.ts',
      'src/db/four.ts',
      'src/db/five.ts',
      'src/db/six.ts',
      'src/db/seven.ts (type)',
    ]);
  });
});
