import type { Article, Block } from './articles/article.ts';
import { escapeHtml } from './http.ts';

/** The newspaper's own address, the donation service's, and what is in today's issue, the lead first. */
export type Newspaper = { url: string; serviceUrl: string; articles: readonly Article[] };

type Words = { demo: string; motto: string; by: string; home: string; more: string; ask: string };

const words: Record<Article['lang'], Words> = {
  en: {
    demo: 'Demo: a made-up newspaper, and no real money',
    motto: 'Free for everyone, kept by its readers',
    by: 'By',
    home: 'Front page',
    more: 'More from today',
    ask: 'Help keep us free',
  },
  ar: {
    demo: 'عرض تجريبي: صحيفة متخيَّلة ولا أموال حقيقية',
    motto: 'مجانية للجميع، يحفظها قراؤها',
    by: 'بقلم',
    home: 'الصفحة الأولى',
    more: 'المزيد من عدد اليوم',
    ask: 'ساعدنا كي تبقى مقالاتنا مجانية للجميع',
  },
};

/** The issue of the day: every article with its picture and first words. */
export function frontPage(newspaper: Newspaper): string {
  const [lead, ...others] = newspaper.articles;
  const title = 'The Harbour Light';
  const main = `<main id="main" class="front">
      <h1 class="hidden">Today in The Harbour Light</h1>
      ${teaser(newspaper, lead!, 'lead')}
      <div class="others">${others.map((article) => teaser(newspaper, article, 'second')).join('\n')}</div>
    </main>`;
  return page({ newspaper, lang: 'en', dir: 'ltr', title, head: '', main });
}

/** One article with the widget below it, embedded as the README tells publishers to. */
export function articlePage(newspaper: Newspaper, article: Article): string {
  const { lang, dir, section, title, standfirst, picture } = article;
  const head = `<meta name="description" content="${escapeHtml(standfirst)}">
    <link rel="stylesheet" href="/article.css">
    <link rel="canonical" href="${newspaper.url}/${article.path}">
    <script type="module" src="${newspaper.serviceUrl}/widget.js" async></script>`;
  const main = `<main id="main">
      <article class="story">
        <header>
          <p class="section">${escapeHtml(section)}</p>
          <h1>${escapeHtml(title)}</h1>
          <p class="standfirst">${escapeHtml(standfirst)}</p>
          <p class="byline">${words[lang].by} <strong>${escapeHtml(article.byline)}</strong> · ${date(article)}</p>
        </header>
        <figure>
          <img src="/pictures/${picture.file}" width="1200" height="630" alt="${escapeHtml(picture.description)}">
          <figcaption dir="auto">${escapeHtml(picture.caption)}</figcaption>
        </figure>
        <div class="text">${article.body.map(block).join('\n')}</div>
      </article>
      ${ask(newspaper, article)}
      <nav class="more" aria-labelledby="more">
        <h2 id="more">${words[lang].more}</h2>
        <div class="others">${otherArticles(newspaper, article).join('\n')}</div>
      </nav>
    </main>`;
  return page({ newspaper, lang, dir, title: `${title} · The Harbour Light`, head, main });
}

function ask({ url, serviceUrl }: Newspaper, { id, path, title, section, campaign, lang }: Article): string {
  const link = `${serviceUrl}/donate?article=${encodeURIComponent(`${url}/${path}`)}`;
  const about = `article-id="${id}" article-title="${escapeHtml(title)}" section="${escapeHtml(section)}" campaign="${campaign}"`;
  return `<gratis-ask ${about}><a href="${link}">${words[lang].ask}</a></gratis-ask>`;
}

function page(content: {
  newspaper: Newspaper;
  lang: Article['lang'];
  dir: string;
  title: string;
  head: string;
  main: string;
}): string {
  const { lang, dir, title, head, main } = content;
  return `<!doctype html>
<html lang="${lang}" dir="${dir}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${escapeHtml(title)}</title>
    <link rel="icon" href="/pictures/lighthouse.svg">
    <link rel="stylesheet" href="/site.css">
    ${head}
  </head>
  <body>
    <aside class="demo">${words[lang].demo}</aside>
    <header class="masthead">
      <a href="/" lang="en" dir="ltr"><img src="/pictures/lighthouse.svg" width="64" height="64" alt=""> The Harbour Light</a>
      <p>${words[lang].motto}</p>
    </header>
    ${main}
    <footer class="colophon">
      <a href="/">${words[lang].home}</a>
      <p>${words[lang].demo}</p>
    </footer>
  </body>
</html>`;
}

function teaser(newspaper: Newspaper, article: Article, size: 'lead' | 'second'): string {
  const { path, lang, dir, section, title, standfirst, picture } = article;
  return `<article class="teaser ${size}" lang="${lang}" dir="${dir}">
        <img src="/pictures/${picture.file}" width="1200" height="630" alt="">
        <div>
          <p class="section">${escapeHtml(section)}</p>
          <h2><a href="${newspaper.url}/${path}">${escapeHtml(title)}</a></h2>
          <p class="standfirst">${escapeHtml(standfirst)}</p>
          <p class="byline">${words[lang].by} <strong>${escapeHtml(article.byline)}</strong> · ${date(article)}</p>
        </div>
      </article>`;
}

function otherArticles(newspaper: Newspaper, article: Article): string[] {
  return newspaper.articles.filter((other) => other !== article).map((other) => teaser(newspaper, other, 'second'));
}

function date({ published }: Article): string {
  return `<time datetime="${published.day}">${escapeHtml(published.inWords)}</time>`;
}

function block(content: Block): string {
  if (typeof content === 'string') {
    return `<p>${escapeHtml(content)}</p>`;
  }
  if ('heading' in content) {
    return `<h2>${escapeHtml(content.heading)}</h2>`;
  }
  return `<figure class="quote"><blockquote>${escapeHtml(content.quote)}</blockquote><figcaption>${escapeHtml(content.by)}</figcaption></figure>`;
}
