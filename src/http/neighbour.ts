import { BlockList } from 'node:net';
import type { Request } from 'express';

const near = new BlockList();
near.addSubnet('127.0.0.0', 8); // RFC 1122, 3.2.1.3
near.addSubnet('10.0.0.0', 8); // RFC 1918
near.addSubnet('172.16.0.0', 12);
near.addSubnet('192.168.0.0', 16);
near.addAddress('::1', 'ipv6');
near.addSubnet('fc00::', 7, 'ipv6'); // RFC 4193

/**
 * Whether a request comes from this machine or its private network, and not through a proxy that nobody told us of: what such a
 * proxy hands on would all seem to come from near by.
 */
export function isNeighbour(request: Pick<Request, 'ip' | 'get'>, trustProxy: number): boolean {
  const isForwarded = ['X-Forwarded-For', 'Forwarded', 'Via', 'X-Real-IP'].some((name) => request.get(name) !== undefined);
  if (isForwarded && trustProxy === 0) {
    return false;
  }
  const address = (request.ip ?? '').replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '');
  return near.check(address, address.includes(':') ? 'ipv6' : 'ipv4');
}
