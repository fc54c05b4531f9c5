import { createDocument, type ZodOpenApiObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import type { Config } from '../../config.ts';
import type { Described } from '../route.ts';
import { toOperation } from './operation.ts';
import { problemJson } from './words.ts';

const text = { schema: { type: 'string' as const } };

const description = `Amounts are integers in a currency's smallest unit as Stripe counts it. Errors are problem details (RFC 9457), on pages a page.
Whatever says 429 or 503 with Retry-After may be asked again then. Every GET takes HEAD too; other methods of a path are answered 405 with Allow.
Texts follow \`?locale=\`, else Accept-Language. Every answer names its request in X-Request-Id.`;

/** The OpenAPI 3.1 description of these endpoints, made from their own schemas and policies. */
export function describeApi(config: Pick<Config, 'publicUrl'>, routes: readonly Described[]): object {
  const paths: ZodOpenApiPathsObject = {};
  for (const { path, method, operation } of routes.map(toOperation)) {
    paths[path] = { ...paths[path], [method]: operation };
  }
  const document: ZodOpenApiObject = {
    openapi: '3.1.1',
    info: { title: 'Gratis', version: '1', summary: 'Donations and recurring support for newsrooms', description },
    servers: [{ url: config.publicUrl }],
    tags: ['Readers', 'Browsers', 'Finance', 'Stripe', 'Operators'].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: { apiKey: { type: 'http', scheme: 'bearer', description: 'An API key; `npm run key` makes one.' } },
      responses: {
        Problem: { description: 'It was refused.', content: { 'application/problem+json': { schema: problemJson } } },
        ProblemPage: { description: 'It was refused, on a page.', content: { 'text/html': text } },
      },
    },
  };
  return createDocument(document);
}
