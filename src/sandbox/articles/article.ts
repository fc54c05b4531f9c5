/** A paragraph, a heading between paragraphs, or what somebody said, set large. */
export type Block = string | { heading: string } | { quote: string; by: string };

/** A demo article. Everything in it is made up; texts are plain, in the language of `lang`. */
export type Article = {
  id: string;
  /** Below the newspaper's address, without the first slash. */
  path: string;
  lang: 'en' | 'ar';
  dir: 'ltr' | 'rtl';
  section: string;
  /** The fundraising campaign that its gifts count towards. */
  campaign: string;
  title: string;
  standfirst: string;
  byline: string;
  published: { day: string; inWords: string };
  picture: { file: string; description: string; caption: string };
  body: readonly Block[];
};
