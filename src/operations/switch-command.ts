import type { Services } from '../services.ts';
import { type SwitchName, setSwitch, switchNames } from './switches.ts';

/** What was typed after `npm run switch`. */
export type SwitchWords = { name: string; state: string; why: string | undefined };

/** Flips a switch; answers what is so now, in a sentence. Throws an Error for what cannot be understood. */
export async function switchGiving(services: Services, { name, state, why }: SwitchWords): Promise<string> {
  if (!isSwitchName(name)) throw new Error(`there is no switch of this name: ${switchNames.join(', ')}`);
  if (state !== 'on' && state !== 'off') throw new Error('a switch is on or off');
  if (!why?.trim()) throw new Error('--why is needed: it stands beside the switch for whoever comes next');
  await setSwitch(services, { name, isOn: state === 'on', why: why.trim() });
  return `${name} is ${state}`;
}

function isSwitchName(name: string): name is SwitchName {
  return (switchNames as readonly string[]).includes(name);
}
