/** Markup that is safe to send: every value put into the template was escaped, or is such markup itself. */
export class Html {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
  toString(): string {
    return this.markup;
  }
}

type Value = string | number | bigint | boolean | null | undefined | Html | readonly Value[];

/** A template whose values are escaped for text and quoted attributes; null, undefined and false leave nothing. */
export function html(strings: TemplateStringsArray, ...values: Value[]): Html {
  return new Html(strings.reduce((all, part, index) => all + toMarkup(values[index - 1]) + part));
}

/** A web address for an href; anything but http, https, mailto and a path of ours leads nowhere. */
export function safeHref(address: string): string {
  return /^(https?:|mailto:|\/(?![/\\]))/i.test(address) ? address : '#';
}

/** Text for markup: the five characters that could leave it. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function toMarkup(value: Value): string {
  if (value === null || value === undefined || value === false || value === true) return '';
  if (value instanceof Html) return value.markup;
  if (Array.isArray(value)) return value.map(toMarkup).join('');
  return escapeHtml(String(value));
}
