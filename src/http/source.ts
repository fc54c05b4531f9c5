import { isIPv6 } from 'node:net';

/**
 * Where a request comes from, for limits: an IPv4 address, or an IPv6 network of 64 bits, which is what one household gets
 * (RFC 6177). An IPv4 address inside IPv6 counts as what it is.
 */
export function toSource(address: string | undefined): string {
  const plain = (address ?? '').replace(/%.*$/, '');
  if (!isIPv6(plain)) {
    return plain;
  }
  const words = toWords(plain);
  if (words.slice(0, 5).every((word) => word === 0) && words[5] === 0xffff) {
    return [words[6]! >> 8, words[6]! & 255, words[7]! >> 8, words[7]! & 255].join('.');
  }
  return `${words
    .slice(0, 4)
    .map((word) => word.toString(16))
    .join(':')}::/64`;
}

/** The eight words of an IPv6 address; WHATWG URL has put an embedded IPv4 address into hexadecimal. */
function toWords(address: string): number[] {
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const before = head.split(':').filter(Boolean);
  const after = (tail ?? '').split(':').filter(Boolean);
  const zeros = Array<string>(8 - before.length - after.length).fill('0');
  return [...before, ...zeros, ...after].map((word) => Number.parseInt(word, 16));
}
