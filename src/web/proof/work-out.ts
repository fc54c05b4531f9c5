const handful = 500;

/**
 * Redeems a challenge of the service (`salt.hash.most.until.mac`): finds the number below `most` whose SHA-256 with the salt before it
 * is the hash, and answers the challenge with it. Undefined where the browser offers no hashing (a page without https).
 */
export async function workOut(challenge: string): Promise<string | undefined> {
  const [salt = '', hash = '', most = '0'] = challenge.split('.');
  const text = new TextEncoder();
  for (let first = 0; globalThis.crypto?.subtle && first < Number(most); first += handful) {
    const numbers = Array.from({ length: handful }, (_, offset) => first + offset);
    const hashes = await Promise.all(numbers.map((number) => crypto.subtle.digest('SHA-256', text.encode(salt + number))));
    const found = hashes.findIndex((each) => toHex(each) === hash);
    if (found >= 0) {
      return `${challenge}~${numbers[found]}`;
    }
  }
  return undefined;
}

function toHex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
