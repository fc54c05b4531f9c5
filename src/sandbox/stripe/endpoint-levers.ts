import { flag, oneOf } from './fields.ts';
import { randomText } from './ids.ts';
import { type Lever, lever } from './levers.ts';
import { get, type World } from './world.ts';

/** A new secret, told once; events are signed with the one before too, as during the day on which Stripe lets both be used. */
function rollSecret(world: World, id: string): string {
  const secret = `whsec_${randomText(32)}`;
  const [latest] = world.notes.secret.get(id)?.secrets ?? [];
  world.notes.secret.set(id, { id, secrets: [secret, ...(latest ? [latest] : [])] });
  return secret;
}

/** What people do to webhook endpoints in Stripe's dashboard, and Stripe to those that fail for days. */
export const endpointLevers: Lever[] = [
  lever('/webhook_endpoints/:id', { status: oneOf('enabled', 'disabled'), roll_secret: flag }, (world, given, id) => {
    const endpoint = get(world, 'webhook_endpoint', id);
    endpoint.status = given.status ?? endpoint.status;
    return given.roll_secret ? { ...endpoint, secret: rollSecret(world, id) } : endpoint;
  }),
];
