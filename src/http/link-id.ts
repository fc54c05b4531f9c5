import { AppError } from '../errors.ts';
import type { Services } from '../services.ts';
import { type LinkPurpose, openLink } from '../signed-link.ts';

/** What the token of an address was signed for; throws an AppError `link-not-valid` where we did not sign it for this. */
export function linkIdOf({ config }: Services, purpose: LinkPurpose, token: string | undefined): string {
  const id = openLink(config.sessionSecret, purpose, token ?? '');
  if (id === undefined) {
    throw new AppError('link-not-valid', 'This link is not one of ours.');
  }
  return id;
}
