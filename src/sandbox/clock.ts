/** Wall time. The only place in the sandbox's newsroom that reads the machine's clock; the simulator has its own. */
export function now(): Date {
  return new Date();
}
