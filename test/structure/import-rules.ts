import { isSandbox, leaves, mayImport, packageHomes, roomOf } from './rooms.ts';
import { type Import, readImports, type Sources, withoutComments } from './sources.ts';

/** One broken rule, as a sentence with the file first. */
export type Violation = string;

type File = { name: string; code: string; imports: Import[] };

/** Every way in which files of src and webhooks break the rules of who may import whom and what stands where. */
export function findViolations(sources: Sources): Violation[] {
  const files = Object.entries(sources).map(([name, text]) => ({
    name,
    code: withoutComments(text),
    imports: readImports(name, text),
  }));
  const each = files.flatMap((file) => [
    ...file.imports.flatMap((one) => [...brokenByRoom(file, one), ...brokenByPackage(file, one), ...brokenBySandbox(file, one)]),
    ...brokenByBarrel(file),
    ...brokenByGlobals(file),
  ]);
  return [...new Set([...each, ...findCycles(files)])].sort();
}

function brokenByRoom(file: File, { target, isType }: Import): Violation[] {
  const [from, to] = [roomOf(file.name), roomOf(target)];
  if (!isOurs(target) || from === undefined || from === to || isSandbox(file.name) || isSandbox(target)) {
    return [];
  }
  if (from === 'web' || to === 'web') {
    return isType && to !== undefined ? [] : [`${file.name} imports more than types from ${target}`];
  }
  if (to === undefined) {
    return [`${file.name} imports ${target}: nobody imports the wiring`];
  }
  if (leaves.includes(from)) {
    return leaves.includes(to) ? [] : [`${file.name} imports ${target}: a leaf imports only leaves`];
  }
  if (!mayImport[from]) {
    return [`${file.name} is in a room that the rules do not know`];
  }
  if (to === 'services' && !isType) {
    return [`${file.name} imports more than types from ${target}`];
  }
  return leaves.includes(to) || mayImport[from].includes(to) ? [] : [`${file.name} imports ${target}: ${from} may not use ${to}`];
}

function brokenByPackage(file: File, { target }: Import): Violation[] {
  const name = target.split('/')[0]!;
  const home = isOurs(target) ? undefined : packageHomes[name];
  return home && !home(file.name) ? [`${file.name} imports the package ${name}, which has its own place`] : [];
}

/** The sandbox and the service know each other only by addresses; main alone starts it, when it is asked to. */
function brokenBySandbox(file: File, { target, isDynamic }: Import): Violation[] {
  if (isSandbox(file.name) && isOurs(target) && !isSandbox(target)) {
    return [`${file.name} imports ${target}: the sandbox imports nothing of the service`];
  }
  const isAllowed = isSandbox(file.name) || (file.name === 'src/main.ts' && isDynamic);
  return isSandbox(target) && !isAllowed ? [`${file.name} imports ${target}: only main imports the sandbox, dynamically`] : [];
}

function brokenByBarrel({ name, code }: File): Violation[] {
  const passesOn = /^\s*export\s+(?:type\s+)?(?:\*|\{[^}]*\})[^'"\n;]*\sfrom\s/m.test(code);
  return passesOn || /(^|\/)index\.ts$/.test(name) ? [`${name} is a barrel`] : [];
}

function brokenByGlobals({ name, code }: File): Violation[] {
  if (isSandbox(name) || name.startsWith('src/web/')) {
    return [];
  }
  const isHomeOfChance = name === 'src/clock.ts' || name === 'src/id.ts';
  return [
    ...(/\bprocess\s*(?:\?\.|\.)\s*env\b|\bprocess\s*\[/.test(code) && name !== 'src/main.ts'
      ? [`${name} reads process.env`]
      : []),
    ...(/\bnew Date\(\s*\)|\bDate\.now\b|\bDate\(\s*\)/.test(code) && !isHomeOfChance
      ? [`${name} reads the machine's clock`]
      : []),
    ...(/\bMath\.random\b/.test(code) && !isHomeOfChance ? [`${name} makes chance of its own`] : []),
  ];
}

/** Rings of files that import each other, types included; each is told once, from its first file in the alphabet. */
function findCycles(files: File[]): Violation[] {
  const targets = new Map(files.map((file) => [file.name, file.imports.map(({ target }) => target).filter(isOurs)]));
  const found = new Set<string>();
  const finished = new Set<string>();
  const visit = (name: string, path: string[]) => {
    const start = path.indexOf(name);
    if (start >= 0) {
      found.add(toRing(path.slice(start)));
    } else if (!finished.has(name)) {
      for (const target of targets.get(name) ?? []) visit(target, [...path, name]);
      finished.add(name);
    }
  };
  for (const name of targets.keys()) visit(name, []);
  return [...found];
}

function toRing(names: string[]): string {
  const first = names.indexOf([...names].sort()[0]!);
  const ring = [...names.slice(first), ...names.slice(0, first)];
  return `${ring[0]} imports itself in a ring: ${[...ring, ring[0]].join(' → ')}`;
}

function isOurs(target: string): boolean {
  return target.startsWith('src/') || target.startsWith('webhooks/');
}
