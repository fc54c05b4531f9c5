import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toArticleAddress, withoutQuery } from '../src/article-address.ts';
import { AppError } from '../src/errors.ts';

const sites = ['https://www.example.org', 'http://127.0.0.1:4001', 'https://xn--mnchen-3ya.example'];
const read = (address: string) => toArticleAddress(address, sites);

describe('an article address', () => {
  test.each([
    ['https://www.example.org/a', 'https://www.example.org/a'],
    ['https://www.example.org', 'https://www.example.org/'],
    ['HTTPS://WWW.Example.ORG:443/A?b=c#d', 'https://www.example.org/A?b=c'],
    ['https://www.example.org/a/../b', 'https://www.example.org/b'],
    ['  https://www.example.org/a\n', 'https://www.example.org/a'],
    ['https://www.example.org/ä b', 'https://www.example.org/%C3%A4%20b'],
    ['http://127.0.0.1:4001/x#', 'http://127.0.0.1:4001/x'],
    ['https://münchen.example/a', 'https://xn--mnchen-3ya.example/a'],
  ])('has one spelling: %j is %j', (address, spelling) => {
    expect(read(address)).toBe(spelling);
  });

  test.each([
    '',
    '/a',
    '//www.example.org/a',
    'www.example.org/a',
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://www.example.org/a',
    'http://www.example.org/a',
    'https://www.example.org:8443/a',
    'https://www.example.org./a',
    'https://example.org/a',
    'https://www.example.org.evil.example/a',
    'https://evil.example/https://www.example.org/',
    'https://reader@www.example.org/a',
    'https://reader:secret@www.example.org/a',
    'https://www.example.org@evil.example/',
    'https://www.ex\u0430mple.org/a',
    'blob:https://www.example.org/0b6e',
  ])('is refused when it is no address of the newsroom: %j', (address) => {
    expect(() => read(address)).toThrow(AppError);
  });

  test('has at most 2000 characters, as it is given and as it is spelled', () => {
    expect(read(`https://www.example.org/${'a'.repeat(1976)}`)).toHaveLength(2000);
    expect(() => read(`https://www.example.org/${'a'.repeat(1977)}`)).toThrow(AppError);
    expect(() => read(`https://www.example.org/${'ä'.repeat(800)}`)).toThrow(AppError);
  });

  test('is refused with the field that is wrong', () => {
    const refusal = (() => {
      try {
        return toArticleAddress('https://evil.example/', sites, '/article');
      } catch (error) {
        return error as AppError;
      }
    })();
    expect(refusal).toMatchObject({ code: 'article-not-allowed', errors: [{ pointer: '/article' }] });
    expect(JSON.stringify(refusal)).not.toContain('evil');
  });

  test('reads its own spelling as the same address, whatever a browser would make of the first one', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (address) => {
        const { pathname, search, hash } = new URL(address);
        const spelling = read(`https://www.example.org${pathname}${search}${hash}`);
        expect(read(spelling)).toBe(spelling);
        expect(new URL(spelling).origin).toBe('https://www.example.org');
        expect(spelling).not.toContain('#');
      }),
    );
  });

  test('goes out without its query', () => {
    expect(withoutQuery('https://www.example.org/a?reader=1')).toBe('https://www.example.org/a');
  });
});
