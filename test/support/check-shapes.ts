import { afterAll, afterEach, expect } from 'vitest';
import { takeFindings } from './shape-findings.ts';

// Whatever a test was about: what went to the simulator and what came from it has the shapes of Stripe's own types.
afterEach(() => expect(takeFindings()).toEqual([]));
afterAll(() => expect(takeFindings()).toEqual([]));
