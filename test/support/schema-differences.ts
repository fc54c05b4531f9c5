import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject, type Options, type SchemaValidateFunction, type ValidateFunction } from 'ajv';
import { stripeSchemaFile } from '../../scripts/stripe-schema.ts';
import type { Schema, SchemaFile } from '../../scripts/types-to-schema.ts';

let schema: SchemaFile | undefined;
/** The schema is our own generator's, and each validator runs a few times only: checking the one and polishing the other would take longest of all. */
const quick: Options = { strict: false, meta: false, validateSchema: false, addUsedSchema: false, code: { optimize: false } };
const readers = { requests: readerOf('requests'), objects: readerOf('objects') };

/**
 * What is wrong with a value that should be the request or the object of that name, each as `at/path: why`. A name that no type stands for is
 * wrong too. A request's text is turned into numbers and booleans in place, where those belong.
 */
export function differences(table: 'requests' | 'objects', name: string, value: unknown): string[] {
  schema ??= JSON.parse(readFileSync(stripeSchemaFile(), 'utf8')) as SchemaFile;
  const root = schema[table][name];
  return root ? readers[table](name, root, value) : [`${name}, for which test/support/stripe-types.ts names no type`];
}

/** Compiles each definition when a value first reaches it: all of them, which refer to each other, would take seconds in every test file. */
function readerOf(table: 'requests' | 'objects'): (name: string, root: Schema, value: unknown) => string[] {
  const ajv = new Ajv({ ...quick, coerceTypes: table === 'requests' });
  const compiled = new Map<Schema, ValidateFunction>();
  const check = (definition: Schema, value: unknown): ErrorObject[] => {
    const validate = compiled.get(definition) ?? ajv.compile(definition);
    compiled.set(definition, validate);
    return validate(value) ? [] : [...(validate.errors ?? [])];
  };
  const is: SchemaValidateFunction = (name: string, value: unknown) => {
    is.errors = check(schema!.definitions[name]!, value).map(({ instancePath, message, params }) => ({
      keyword: 'is',
      message: `${instancePath}: ${message} ${JSON.stringify(params)}`,
      params: {},
    }));
    return is.errors.length === 0;
  };
  ajv.addKeyword({ keyword: 'is', validate: is, errors: true });
  return (name, root, value) => check(root, value).map(({ instancePath, message }) => `${name} ${instancePath}${message}`);
}
