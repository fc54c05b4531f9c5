import type { Chance } from './chance.ts';

const elsewhere = 'evil.example';
const ours = 'www.example.org';

const starts = [
  'https://',
  'http://',
  '//',
  '/\\',
  '\\\\',
  '///',
  'https:',
  'https:/',
  'https:\\\\',
  '/%09/',
  '/\t/',
  '/%2f',
  '/%5c',
  'hTTps://',
  ' https://',
  '\u0000https://',
  'javascript://',
  'data:text/html,//',
  'ftp://',
  'blob:https://',
  'view-source:https://',
  './/',
  '/..//',
  '?//',
  '#//',
  'https://www.example.org%2f@',
  'https:/\t/',
];
const hosts = [
  elsewhere,
  `${ours}@${elsewhere}`,
  `${ours}:443@${elsewhere}`,
  `${ours}.${elsewhere}`,
  `${elsewhere}#${ours}`,
  `${elsewhere}?${ours}`,
  `${elsewhere}/${ours}`,
  `${elsewhere}\\${ours}`,
  `${elsewhere}%00.${ours}`,
  `${ours}%2e${elsewhere}`,
  `${ours}\\@${elsewhere}`,
  `${ours}%5c@${elsewhere}`,
  `evil%E3%80%82example`,
  'evil。example',
  'ｅｖｉｌ.example',
  `[::1]`,
  '0x7f.1',
  '2130706433',
  `${ours}:8443`,
  `user:pw@${ours}:81`,
  `${ours}\u2028.${elsewhere}`,
  `${ours}\r\nLocation: https://${elsewhere}`,
  `${ours};.${elsewhere}`,
  `-${ours}`,
];
const ends = [
  '',
  '/',
  '/quay',
  '/?gift=don_1',
  '//',
  '/..;/',
  '/%0d%0aLocation:%20https://evil.example',
  '/\\evil.example',
  '#@www.example.org',
  '/@www.example.org/',
  '?https://www.example.org/',
];

/** Addresses that try to lead away, all different. */
export function awkwardAddresses(chance: Chance, count: number): string[] {
  const found = new Set<string>();
  while (found.size < count) {
    found.add(`${chance.pick(starts)}${chance.pick(hosts)}${chance.pick(ends)}`);
  }
  return [...found];
}
