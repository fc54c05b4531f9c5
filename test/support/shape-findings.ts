const findings: string[] = [];

/** Keeps what was found wrong until the test at hand is over, for it happens in the middle of a request. */
export function keepFindings(found: string[]): void {
  findings.push(...found);
}

/** What was found wrong since it was last asked for. */
export function takeFindings(): string[] {
  return findings.splice(0);
}
