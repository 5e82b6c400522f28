import { problemFrom } from '@citadel/protocol';

import { problem, type ProblemCode, PROBLEMS } from './problem.js';

const CODES = Object.keys(PROBLEMS) as ProblemCode[];

describe('the catalogue of problems', () => {
  it.each(CODES)('%s has a status and a title, and reads back as it was written', (code) => {
    const { status, details } = problemFrom(JSON.parse(JSON.stringify(problem(code, { detail: 'here' }).toBody())));
    expect(status).toBe(PROBLEMS[code][0]);
    expect(details).toEqual({ detail: 'here' });
    expect(PROBLEMS[code][0]).toBeGreaterThanOrEqual(400);
    expect(PROBLEMS[code][1]).toMatch(/^[A-Z].*[^.]$/);
  });
});
