import type { Article } from './article.ts';

/** Transport: a timetable that changed because somebody asked the people who use it. */
export const lastFerry: Article = {
  id: 'hl-1041',
  path: 'transport/the-last-ferry-will-wait',
  lang: 'en',
  dir: 'ltr',
  section: 'Transport',
  campaign: 'winter-2026',
  title: 'The last ferry will wait for the night shift',
  standfirst:
    'For eleven years the boat to Saltmere left forty minutes before the late shift ended. From December it leaves ten minutes after.',
  byline: 'Ines Calder',
  published: { day: '2026-11-20', inWords: '20 November 2026' },
  picture: {
    file: 'last-ferry.svg',
    description: 'A small ferry with lit windows crosses a dark harbour under a low moon',
    caption: 'The Margaret Rose makes the crossing in seventeen minutes. Illustration: The Harbour Light',
  },
  body: [
    'At twenty to eleven each night the Margaret Rose casts off from the fish quay, and at twenty past eleven the doors of St Brannoc’s hospital let out the people who wanted to be on it. Porters, nurses, cooks and cleaners have spent the time in between arranging lifts, or walking the four miles round by the causeway, which floods.',
    'From the first of December they will not have to. The harbour board voted on Tuesday, five to two, to move the last departure to half past eleven on every night of the week. It is the first change to the winter timetable since 2015.',
    { heading: 'A notebook on a windowsill' },
    'The vote began with a notebook. Last January a hospital cook, tired of hearing that nobody would use a later boat, left one on the canteen windowsill with a pencil tied to it. The question on the first page was short: how did you get home last night?',
    'By Easter it held 1,306 answers. People had slept in the linen store. Two had shared one bicycle. Someone on ward six had, in the space of a month, spent more on taxis than on food.',
    { quote: 'We did not ask for a favour. We brought the arithmetic.', by: 'Dora Penhale, cook at St Brannoc’s' },
    'The arithmetic was what turned the board. Waiting costs an extra £61 a night in fuel and wages, the harbour master reported. Thirty-four more fares would pay for it, and the notebook suggests there will be about fifty. If there are fewer than thirty by Easter, the old time returns.',
    'Both members who voted against said they feared for the quiet of the quay. The ferry’s crew has offered to leave the horn alone after ten, and to use a lamp instead. Residents of Lantern Row, who were promised the same in 1998, say they will be listening.',
    'The notebook, full, now lies in a glass case in the harbour office. The new one, on the same windowsill, asks a different question on its first page: where should the bus stop?',
  ],
};
