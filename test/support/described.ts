import { Ajv2020 } from 'ajv/dist/2020.js';

/** The parts of a JSON schema that the tests look at. */
export type Schema = {
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: unknown;
  enum?: unknown[];
  maxLength?: number;
  minLength?: number;
  pattern?: string;
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
};

export type Operation = {
  operationId: string;
  summary: string;
  security?: Record<string, string[]>[];
  parameters?: { in: string; name: string; required?: boolean; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<
    string,
    { $ref?: string; description: string; headers?: object; content?: Record<string, { schema: Schema }> }
  >;
};

export type Document = {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { responses: Record<string, Operation['responses'][string]> };
};

/** The operations of a document by the names that their routes have. */
export function operationsOf({ paths }: Document): Record<string, Operation> {
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
  );
  return Object.fromEntries(all);
}

/** Holds answers to a document: throws a sentence for a status, a media type, a header or a body that it does not speak of. */
export function createJudge(document: Document): (name: string, answer: Response) => Promise<void> {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ ...document, $id: 'https://api.example/openapi' });
  const operations = operationsOf(document);
  return async (name, answer) => {
    const text = await answer.text();
    const where = `${name} answered ${answer.status} ${answer.headers.get('content-type')}`;
    const said = operations[name]?.responses[answer.status];
    if (!said) throw new Error(`${where}: the document knows no such status. ${text.slice(0, 300)}`);
    const at = said.$ref
      ? said.$ref.slice(1)
      : pointer('paths', name.split(' ')[1]!, name.split(' ')[0]!.toLowerCase(), 'responses', String(answer.status));
    const { content, headers = {} } = said.$ref ? document.components.responses[said.$ref.split('/').at(-1)!]! : said;
    for (const header of Object.keys(headers)) {
      if (!answer.headers.has(header)) throw new Error(`${where}: without the header ${header}`);
    }
    if (!content) {
      if (text) throw new Error(`${where}: the document speaks of no body. ${text.slice(0, 300)}`);
      return;
    }
    const type = (answer.headers.get('content-type') ?? '').split(';')[0]!;
    if (!content[type])
      throw new Error(`${where}: the document speaks of ${Object.keys(content).join(', ')}. ${text.slice(0, 300)}`);
    if (!type.includes('json') || type === 'application/jsonl') return;
    const check = ajv.compile({ $ref: `https://api.example/openapi#${at}${pointer('content', type, 'schema')}` });
    if (!check(JSON.parse(text))) throw new Error(`${where}: ${ajv.errorsText(check.errors)} in ${text.slice(0, 500)}`);
  };
}

function pointer(...parts: string[]): string {
  return parts.map((part) => `/${encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('');
}

/** An input that a schema forbids in one way. */
export type Wrong = { why: string; pointer: string; value: unknown };

/** Every way of making a valid input wrong that the schema speaks of, one at a time. */
export function wrongsOf(schema: Schema, valid: unknown, at = ''): Wrong[] {
  const whole = [...wrongType(schema), ...wrongBounds(schema)].map((wrong) => ({ ...wrong, pointer: at }));
  if (schema.type !== 'object' || !schema.properties) {
    return whole;
  }
  const given = valid as Record<string, unknown>;
  const fields = Object.entries(schema.properties).flatMap(([name, part]) =>
    wrongsOf(part, given[name], `${at}/${name}`).map((wrong) => ({ ...wrong, value: { ...given, [name]: wrong.value } })),
  );
  const missing = (schema.required ?? []).map((name) => {
    const { [name]: _, ...rest } = given;
    return { why: 'missing', pointer: `${at}/${name}`, value: rest };
  });
  const unknown =
    schema.additionalProperties === false
      ? [{ why: 'unknown', pointer: `${at}/surprise`, value: { ...given, surprise: 'x' } }]
      : [];
  return [...whole, ...fields, ...missing, ...unknown];
}

function wrongType({ type, enum: values }: Schema): Omit<Wrong, 'pointer'>[] {
  const others: Record<string, unknown[]> = {
    string: [7, {}, [], true],
    integer: ['7', 1.5, {}, true],
    boolean: ['true', 1],
    object: ['text', 7, []],
  };
  const wrong = (others[type ?? ''] ?? []).map((value) => ({ why: `${JSON.stringify(value)} for ${type}`, value }));
  return [...wrong, ...(values ? [{ why: 'none of the enum', value: 'nobody' }] : [])];
}

function wrongBounds({ maxLength, minLength, pattern, minimum, exclusiveMinimum, maximum }: Schema): Omit<Wrong, 'pointer'>[] {
  const offPattern = pattern && ['\u0000\u0007', 'a b', '%'].find((text) => !new RegExp(pattern, 'u').test(text));
  return [
    ...(maxLength ? [{ why: 'too long', value: 'x'.repeat(maxLength + 1) }] : []),
    ...(minLength ? [{ why: 'too short', value: 'x'.repeat(minLength - 1) }] : []),
    ...(offPattern ? [{ why: `off the pattern ${pattern}`, value: offPattern }] : []),
    ...(minimum !== undefined ? [{ why: 'below the minimum', value: minimum - 1 }] : []),
    ...(exclusiveMinimum !== undefined ? [{ why: 'at the exclusive minimum', value: exclusiveMinimum }] : []),
    ...(maximum !== undefined ? [{ why: 'above the maximum', value: maximum + 1 }] : []),
  ];
}
