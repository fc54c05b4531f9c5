import { html } from '../html.ts';
import { defineRoute } from './route.ts';

const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>Gratis: the interface</title>
<link rel="stylesheet" href="/assets/swagger-ui.css">
<link rel="stylesheet" href="/assets/docs.css">
<link rel="icon" href="/assets/icon.svg">
<script src="/assets/swagger-ui-bundle.js" defer></script>
<script src="/assets/docs.js" type="module"></script>
</head>
<body>
<main id="docs"><noscript><p>This page needs JavaScript; the description itself is at <a href="/openapi.json">/openapi.json</a>.</p></noscript></main>
</body>
</html>`;

/** /openapi.json to read and to try out; everything it needs comes from here. */
export const getDocs = defineRoute({
  name: 'GET /docs',
  summary: 'This description as a page',
  output: { 200: { description: 'Swagger UI.', html: true } },
  handle: async () => ({ status: 200, html: page }),
});
