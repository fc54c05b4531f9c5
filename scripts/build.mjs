// Builds the browser code into dist/. With --if-stale: only when a source is newer than what was built.
import { copyFileSync, existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(import.meta.dirname, '..');
const outputs = [
  'widget.js',
  'pages.js',
  'pages.css',
  'icon.svg',
  'docs.js',
  'docs.css',
  'swagger-ui.css',
  'swagger-ui-bundle.js',
];
const sources = ['src/web', 'vite.config.ts', 'scripts/build.mjs', 'package-lock.json'];

const changedAt = (path) => statSync(path).mtimeMs;

/** The last change of a file, or of anything under a folder. */
function lastChange(path) {
  if (!statSync(path).isDirectory()) {
    return changedAt(path);
  }
  const entries = readdirSync(path, { recursive: true, withFileTypes: true });
  return Math.max(changedAt(path), ...entries.map((entry) => changedAt(join(entry.parentPath, entry.name))));
}

function isStale() {
  const built = outputs.map((name) => join(root, 'dist', name));
  if (!built.every(existsSync)) {
    return true;
  }
  return Math.max(...sources.map((path) => lastChange(join(root, path)))) > Math.min(...built.map(changedAt));
}

/** Builds beside dist/ and moves the files in, so that a running service never serves half a file. */
async function build() {
  const { build: viteBuild } = await import('vite');
  const made = join(root, 'dist', `.${process.pid}`);
  try {
    for (const mode of ['widget', 'pages', 'docs']) {
      await viteBuild({ configFile: join(root, 'vite.config.ts'), mode, build: { outDir: made } });
    }
    copyFileSync(join(root, 'src/web/pages/icon.svg'), join(made, 'icon.svg'));
    for (const file of [
      import.meta.resolve('swagger-ui-dist/swagger-ui.css'),
      import.meta.resolve('swagger-ui-dist/swagger-ui-bundle.js'),
    ]) {
      copyFileSync(fileURLToPath(file), join(made, basename(file)));
    }
    for (const name of outputs) {
      renameSync(join(made, name), join(root, 'dist', name));
    }
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

if (!process.argv.includes('--if-stale') || isStale()) {
  await build();
}
