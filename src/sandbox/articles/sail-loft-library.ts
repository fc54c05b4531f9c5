import type { Article } from './article.ts';

/** Community: a library that outgrew a van. */
export const sailLoftLibrary: Article = {
  id: 'hl-1038',
  path: 'community/a-library-under-sail',
  lang: 'en',
  dir: 'ltr',
  section: 'Community',
  campaign: 'winter-2026',
  title: 'A library under sail',
  standfirst:
    'When the council’s reading van broke down for good, the town carried nine thousand books up a sailmaker’s stairs, hand to hand.',
  byline: 'Tomas Wrey',
  published: { day: '2026-11-17', inWords: '17 November 2026' },
  picture: {
    file: 'sail-loft-library.svg',
    description: 'Shelves of books below the timber roof of a sail loft, with a round window to the sea',
    caption: 'The loft’s floor was planed for canvas; the first shelves went in on Sunday. Illustration: The Harbour Light',
  },
  body: [
    'The van stopped on the hill outside the school in June, and a mechanic from Port Ellery, who had kept it going for twelve winters, closed the bonnet gently and took off his cap. It had been the only public library within twenty miles.',
    'On Sunday it had a successor. From nine in the morning until the lamps came on, some four hundred people stood in a line from the chapel hall, where the books had been stored, along Chandlers’ Row and up the thirty-one steps of Tregarth’s sail loft, and passed nine thousand volumes from one pair of hands to the next.',
    'Nobody had counted on the weather, which was perfect, or on how slowly books travel when those who hold them can read. “Every atlas stopped for five minutes at the baker’s,” said Maud Tregarth, who is eighty-three and cut spinnakers in the loft until the year before last. “I made them start again with dictionaries.”',
    { heading: 'Rent: one story a year' },
    'She has let the loft to the new Readers’ Society for thirty years. The rent, written into the lease in her own hand, is one story a year, told aloud on the last Friday of November to whoever climbs the stairs.',
    { quote: 'A sail is only cloth until somebody pulls on the other end. So is a library.', by: 'Maud Tregarth, sailmaker' },
    'The society has raised £18,400, enough for the roof and two winters of heating. It has no paid librarian. Sixty-two volunteers have signed up for a rota of three-hour watches, named, as on a ship, from the first dog watch to the middle.',
    'What it still lacks is children’s books: the van’s were read to pieces. A crate by the door takes any that are whole. By Monday evening it had been emptied onto the shelves, and filled again, four times.',
  ],
};
