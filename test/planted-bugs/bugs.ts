import type { PlantedBug } from './bugs/bug.ts';
import { giftsBugs } from './bugs/gifts.ts';
import { lettersBugs } from './bugs/letters.ts';
import { moneyBugs } from './bugs/money.ts';
import { payingBugs } from './bugs/paying.ts';
import { readingBugs } from './bugs/reading.ts';

/** Written by somebody who did not write the storm, from the ways in which services like this one lose money. */
export const plantedBugs: readonly PlantedBug[] = [...readingBugs, ...giftsBugs, ...payingBugs, ...moneyBugs, ...lettersBugs];
