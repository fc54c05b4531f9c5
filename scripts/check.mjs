// `npm run check`: types, lint and formatting, dead code. Each prints its name with ok or failed; any failure exits 1.
import { spawn } from 'node:child_process';
import path from 'node:path';

const bin = path.join(import.meta.dirname, '..', 'node_modules');
const checks = [
  { name: 'types', args: ['typescript/bin/tsc', '--noEmit', '-p', '.'] },
  { name: 'lint and formatting', args: ['@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'] },
  { name: 'dead code', args: ['knip/bin/knip.js', '--no-progress'] },
];

const results = await Promise.all(checks.map(check));
process.exitCode = results.every(Boolean) ? 0 : 1;

/** Prints the whole output of a check that failed, and nothing but its name of one that is well. */
function check({ name, args: [script, ...rest] }) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [path.join(bin, script), ...rest], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.once('close', (code) => {
      console.log(code === 0 ? `${name}: ok` : `${output.trimEnd()}\n${name}: failed`);
      resolve(code === 0);
    });
  });
}
