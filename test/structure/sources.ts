import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..', '..');

/** Source files by their path from the top of the repository, with slashes. */
export type Sources = Record<string, string>;

/** Reads all files of some folders whose names end in one of `extensions`. */
export function readSources(folders: string[], extensions: string[]): Sources {
  const files = folders.flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && extensions.some((extension) => entry.name.endsWith(extension)))
      .map((entry) => path.join(entry.parentPath, entry.name)),
  );
  return Object.fromEntries(files.map((file) => [path.relative(root, file).replaceAll('\\', '/'), readFileSync(file, 'utf8')]));
}

/** The code of a file without its comments. Knows enough of the language for this repository's own style. */
export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[\s;,{(])\/\/.*$/gm, '$1');
}

/** One import: what it names, resolved to a path of the repository where it is one of ours. */
export type Import = { target: string; isType: boolean; isDynamic: boolean };

const staticImport = /^[ \t]*(?:import|export)\s+(type\s+)?(?:[\w*{}\s,$]+?\s+from\s+)?['"]([^'"\n]+)['"]/gm;
const dynamicImport = /(typeof\s+)?\bimport\(\s*['"`]([^'"`\n]+)['"`]\s*\)/g;

/** Every import and re-export of a file. */
export function readImports(file: string, text: string): Import[] {
  const code = withoutComments(text);
  const resolve = (name: string) => (name.startsWith('.') ? path.posix.join(path.posix.dirname(file), name) : name);
  return [
    ...[...code.matchAll(staticImport)].map(([, type, name]) => ({
      target: resolve(name!),
      isType: type !== undefined,
      isDynamic: false,
    })),
    ...[...code.matchAll(dynamicImport)].map(([, type, name]) => ({
      target: resolve(name!),
      isType: type !== undefined,
      isDynamic: true,
    })),
  ];
}
