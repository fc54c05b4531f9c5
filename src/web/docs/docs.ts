import './docs.css';

declare const SwaggerUIBundle: (options: Record<string, unknown>) => void;

SwaggerUIBundle({
  url: '/openapi.json',
  domNode: document.getElementById('docs'),
  deepLinking: true,
  validatorUrl: null, // asks nobody else
  tryItOutEnabled: false,
  defaultModelsExpandDepth: 0,
});

/** Swagger UI's own dark side, where the reader's system is dark. */
const dark = matchMedia('(prefers-color-scheme: dark)');
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', follow);
follow();
