import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { BREAKS } from '../breaks/src/breaks/index.js';
import { type Proof, proofsIn, unproven } from './proofs.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const model = readFileSync(path.join(ROOT, 'docs/threat-model.md'), 'utf8');

/** The requirements that Citadel was built to, by the letters of their families. */
const FAMILIES = { J: 15, O: 23, A: 24, P: 10, N: 6 } as const;
const IDS = Object.entries(FAMILIES).flatMap(([letter, count]) =>
  Array.from({ length: count }, (_, index) => `${letter}${String(index + 1)}`),
);

/** What the model says of a requirement, up to the next one. */
function answerTo(id: string): string {
  const [, answer = ''] = new RegExp(`^- \\*\\*${id}\\*\\* ([^]*?)(?=^- \\*\\*|^#|(?![^]))`, 'm').exec(model) ?? [];
  return answer;
}

const sources = new Map<string, string>();
function sourceOf(file: string): string {
  const known =
    sources.get(file) ?? (existsSync(path.join(ROOT, file)) ? readFileSync(path.join(ROOT, file), 'utf8') : '');
  sources.set(file, known);
  return known;
}

/** The name of a test stands in quotes, and its function comes behind it. */
function isTest({ title, file }: Proof): boolean {
  const escaped = title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`['"\`]${escaped}['"\`],`).test(sourceOf(file));
}

describe('the threat model', () => {
  it('names no test that does not exist', () => {
    expect(proofsIn(model).length).toBeGreaterThan(150);
    expect(proofsIn(model).filter((proof) => !isTest(proof))).toEqual([]);
  });

  it.each(IDS)('answers requirement %s with a proof, or says why it does not apply', (id) => {
    const answer = answerTo(id);
    expect(answer).not.toBe('');
    if (!answer.includes('Does not apply:')) expect(proofsIn(answer)).not.toEqual([]);
  });

  it('answers each requirement once, and no unknown one', () => {
    const requirements = model.slice(model.indexOf('## Requirements'));
    expect([...requirements.matchAll(/^- \*\*(\w+)\*\* /gm)].map(([, id]) => id)).toEqual(IDS);
  });

  it('has a proof for every threat', () => {
    const threats = [...model.matchAll(/^- \*\*([STRIDE])\*\* ([^]*?)(?=^- \*\*|^#|(?![^]))/gm)];
    expect(threats.length).toBeGreaterThan(40);
    expect(threats.filter(([threat]) => proofsIn(threat).length === 0).map(([threat]) => threat)).toEqual([]);
  });

  // Where somebody gains what is not theirs, a proof must have been seen to fail: npm run test:breaks.
  it('names for every way to pose as another, to change what is not theirs, or to gain power a proof that fails when a rule is removed', () => {
    const threats = [...model.matchAll(/^- \*\*[STE]\*\* ([^]*?)(?=^- \*\*|^#|(?![^]))/gm)].map(([threat]) => threat);
    expect(threats.length).toBeGreaterThan(25);
    const isBroken = ({ title, file }: Proof) => BREAKS.some(({ spec, test }) => spec === file && title.includes(test));
    expect(threats.filter((threat) => !proofsIn(threat).some(isBroken))).toEqual([]);
  });
});

describe('the results of a run', () => {
  const linked = 'It is so: [refuses %s, and says why](../apps/x/a.spec.ts); [holds](../test/story/part.ts).';
  const story = { name: '/root/test/story.spec.ts', assertionResults: [{ title: 'holds', status: 'passed' }] };
  const suite = (...assertionResults: { title: string; status: string }[]) => [
    story,
    { name: '/root/apps/x/a.spec.ts', assertionResults },
  ];
  const failing = { title: 'refuses b, and says why', status: 'failed' };

  it('prove what the model says when every row of each linked test passed', () => {
    expect(unproven(linked, suite({ title: 'refuses a, and says why', status: 'passed' }), '/root')).toEqual([]);
  });

  it.each([
    ['did not run', []],
    ['was skipped', [{ title: 'refuses a, and says why', status: 'pending' }]],
    ['failed in one row', [{ title: 'refuses a, and says why', status: 'passed' }, failing]],
  ])('prove nothing when a linked test %s', (_, results) => {
    expect(unproven(linked, suite(...results), '/root').map(({ file }) => file)).toEqual(['apps/x/a.spec.ts']);
  });
});
