import './pages.css';
import { showFeeCover } from './fee-cover-sum.ts';
import { proveForm } from './prove-form.ts';
import { watchGift } from './watch-gift.ts';

const gift = document.querySelector<HTMLElement>('main[data-gift]');
if (gift) {
  void watchGift(gift);
}
const form = document.querySelector<HTMLFormElement>('form.gift');
if (form) {
  showFeeCover(form);
  void proveForm(form);
}
