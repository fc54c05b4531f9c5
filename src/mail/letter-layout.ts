import type { Config } from '../config.ts';
import { Html, html, safeHref } from '../html.ts';
import { directionOf, type Locale, speak } from '../text.ts';

/** A label with its value, such as an amount; `href` makes the value a link. */
export type Fact = { label: string; value: string; href?: string };

/** What a letter is made of, in reading order; both of its parts are made from it, so that they cannot differ. */
export type Block =
  | { kind: 'text'; text: string }
  | { kind: 'quote'; text: string }
  | { kind: 'facts'; facts: Fact[] }
  | { kind: 'action'; text: string; href: string }
  | { kind: 'link'; text: string; href: string }
  | { kind: 'fine'; text: string };

export type LetterContent = { locale: Locale; title: string; blocks: Block[] };

const serif = `Georgia,'Times New Roman',serif`;
const sans = `-apple-system,'Segoe UI',Roboto,'Noto Sans','Noto Sans Arabic',Helvetica,Arial,sans-serif`;

/** Clients that know no dark mode use the styles on the elements; the others take these over them. */
const darkStyle = new Html(`<style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  .paper { background: #211c18 !important; color: #f3eadf !important; }
  .soft { color: #c3b8ab !important; }
  .link { color: #f2a27d !important; }
  .button { background: #f2a27d !important; color: #2b120a !important; }
  .line { border-color: #4a423a !important; }
}
</style>`);

/** The text and the HTML part of a letter: simple inline styles, at most 560 px wide, light and dark, either direction. */
export function layOutLetter(config: Config, content: LetterContent): { text: string; html: string } {
  return { text: toText(config, content), html: toHtml(config, content).markup };
}

function footer({ newsroom, stripe }: Config, locale: Locale): { lines: string[]; demo: string | undefined } {
  const [first = '', ...rest] = newsroom.address;
  const lines = first === newsroom.name ? newsroom.address : [newsroom.name, first, ...rest];
  return { lines, demo: stripe.livemode ? undefined : speak(locale, 'mail')('demo') };
}

function toText(config: Config, { locale, title, blocks }: LetterContent): string {
  const { lines, demo } = footer(config, locale);
  const parts = [title, ...blocks.map(blockToText), lines.join('\n'), ...(demo ? [demo] : [])];
  return `${parts.join('\n\n')}\n`;
}

function blockToText(block: Block): string {
  switch (block.kind) {
    case 'quote':
      return `> ${block.text}`;
    case 'facts':
      return block.facts.map(({ label, value, href }) => `${label}: ${value}${href ? `\n${href}` : ''}`).join('\n');
    case 'action':
    case 'link':
      return `${block.text}:\n${block.href}`;
    default:
      return block.text;
  }
}

function toHtml(config: Config, { locale, title, blocks }: LetterContent): Html {
  const { lines, demo } = footer(config, locale);
  return html`<!doctype html>
<html lang="${locale}" dir="${directionOf(locale)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${title}</title>
${darkStyle}
</head>
<body class="paper" style="margin:0;padding:0;background:#fdf9f2;color:#261f19">
<div class="paper" dir="${directionOf(locale)}" style="background:#fdf9f2;color:#261f19;font:16px/1.55 ${sans}">
<div style="max-width:560px;margin:0 auto;padding:32px 20px;overflow-wrap:break-word">
<p style="margin:0 0 24px;font:600 18px/1.3 ${serif}"><a class="link" href="${safeHref(config.newsroom.homepage)}" style="color:#96361c;text-decoration:none">${config.newsroom.name}</a></p>
<h1 style="margin:0 0 20px;font:600 26px/1.25 ${serif}">${title}</h1>
${blocks.map(blockToHtml)}
<div class="line soft" style="margin:32px 0 0;padding:16px 0 0;border-top:1px solid #ddd3c6;font-size:14px;color:#5f574e">
<p style="margin:0 0 8px">${lines.map((line, index) => html`${index > 0 && html`<br>`}${line}`)}</p>
${demo && html`<p style="margin:0"><strong>${demo}</strong></p>`}
</div>
</div>
</div>
</body>
</html>`;
}

function blockToHtml(block: Block): Html {
  switch (block.kind) {
    case 'text':
      return html`<p style="margin:0 0 16px">${block.text}</p>
`;
    case 'quote':
      return html`<blockquote class="line" style="margin:0 0 20px;padding:4px 0 4px 16px;padding-inline:16px 0;border:0 solid #ddd3c6;border-inline-start-width:3px">${block.text}</blockquote>
`;
    case 'facts':
      return html`<div class="line" style="margin:0 0 20px;padding:16px 0 4px;border-top:1px solid #ddd3c6;border-bottom:1px solid #ddd3c6">
${block.facts.map(factToHtml)}</div>
`;
    case 'action':
      return html`<p style="margin:0 0 20px"><a class="button" href="${safeHref(block.href)}" style="display:inline-block;padding:12px 22px;border-radius:8px;background:#96361c;color:#ffffff;font-weight:600;text-decoration:none">${block.text}</a></p>
`;
    case 'link':
      return html`<p style="margin:0 0 12px;font-size:14px"><a class="link" href="${safeHref(block.href)}" style="color:#96361c">${block.text}</a></p>
`;
    case 'fine':
      return html`<p class="soft" style="margin:0 0 12px;font-size:14px;color:#5f574e">${block.text}</p>
`;
  }
}

function factToHtml({ label, value, href }: Fact): Html {
  const shown = href ? html`<a class="link" href="${safeHref(href)}" style="color:#96361c">${value}</a>` : value;
  return html`<p style="margin:0 0 12px"><span class="soft" style="font-size:14px;color:#5f574e">${label}</span><br><strong style="font-weight:600">${shown}</strong></p>
`;
}
