/** Markup that is safe to send as it is. */
export type Html = { readonly markup: string };

type Part = Html | string | number | null | undefined | false | Part[];

/** A template whose values are escaped, unless they are markup themselves; lists are joined, absent values leave nothing. */
export function html(texts: TemplateStringsArray, ...parts: Part[]): Html {
  return {
    markup: texts.reduce((whole, text, position) => whole + text + (position < parts.length ? shown(parts[position]) : ''), ''),
  };
}

function shown(part: Part): string {
  if (part === null || part === undefined || part === false) {
    return '';
  }
  if (Array.isArray(part)) {
    return part.map(shown).join('');
  }
  return typeof part === 'object' ? part.markup : escaped(String(part));
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** How people write a card: its brand and its last four digits. */
export function cardName(card: { brand: string | null; last4: string | null } | null | undefined): string {
  const brand = card?.brand ?? 'card';
  return `${brand[0]?.toUpperCase()}${brand.slice(1)} ending in ${card?.last4}`;
}

/** A link that leads nowhere but to the web: other schemes become a dead `#`. */
export function webLink(address: string | null | undefined): string {
  return address && /^https?:\/\//i.test(address) ? address : '#';
}
