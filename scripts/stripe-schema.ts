// `node scripts/stripe-schema.ts`: writes JSON Schema made of the installed Stripe package's own types, unless it is there already.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
const typesFile = path.join(root, 'test/support/stripe-types.ts');
const madeOf = [
  'node_modules/stripe/package.json',
  'node_modules/typescript-api/package.json',
  'scripts/stripe-schema.ts',
  'scripts/types-to-schema.ts',
  'test/support/stripe-types.ts',
];

/** Where the schema lies that belongs to the installed Stripe package and to the types that are asked for; another of either has another place. */
export function stripeSchemaFile(): string {
  const hash = createHash('sha256');
  for (const name of madeOf) {
    hash.update(readFileSync(path.join(root, name)));
  }
  return path.join(root, 'node_modules/.cache/gratis', `stripe-${hash.digest('hex').slice(0, 16)}.schema.json`);
}

/** Makes the schema where it is missing: some seconds, for the compiler reads all of Stripe's types. */
export async function makeStripeSchema(): Promise<void> {
  const file = stripeSchemaFile();
  if (existsSync(file)) {
    return;
  }
  const { typesToSchema } = await import('./types-to-schema.ts');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(typesToSchema(typesFile)));
  renameSync(`${file}.${process.pid}`, file);
}

if (import.meta.main) {
  await makeStripeSchema();
}
