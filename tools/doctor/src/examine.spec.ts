import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { examine } from './examine.js';
import { openProject } from './project.js';

const FIXTURES = path.resolve(import.meta.dirname, '../fixtures');

/** `// finding: rule, rule` marks its own line, `// finding on the next line: rule` the one below. */
const MARK = /\/\/ finding(?<next> on the next line)?: (?<rules>[\w-]+(, [\w-]+)*)/;

function markedIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.[jt]s$/.test(file))
    .flatMap((file) =>
      readFileSync(path.join(folder, file), 'utf8')
        .split('\n')
        .flatMap((text, index) => {
          const { rules, next } = MARK.exec(text)?.groups ?? {};
          const line = String(index + (next ? 2 : 1));
          return rules?.split(', ').map((rule) => `${file}:${line} ${rule}`) ?? [];
        }),
    )
    .sort();
}

function rulesIn(folder: string): string[] {
  return [...new Set(markedIn(folder).map((mark) => mark.split(' ')[1] ?? ''))].sort();
}

function foundIn(folder: string): string[] {
  const { findings } = examine(openProject(folder));
  return findings.map(({ place, rule }) => `${place.replace(/:\d+$/, '')} ${rule}`).sort();
}

describe('the doctor', () => {
  const faulty = readdirSync(path.join(FIXTURES, 'faulty'));
  const clean = readdirSync(path.join(FIXTURES, 'clean'));

  it.each(faulty)('finds what is wrong with the application %s, and nothing else', (name) => {
    const folder = path.join(FIXTURES, 'faulty', name);
    expect(markedIn(folder)).not.toEqual([]);
    expect(foundIn(folder)).toEqual(markedIn(folder));
  });

  it.each(clean)('finds nothing in the application %s', (name) => {
    const folder = path.join(FIXTURES, 'clean', name);
    expect(examine(openProject(folder))).toMatchObject({ findings: [] });
    expect(examine(openProject(folder)).handlers).toBeGreaterThan(0);
  });

  it('finds nothing in the services of this repository, and sees all of them', () => {
    const root = path.resolve(import.meta.dirname, '../../..');
    const { findings, applications } = examine(openProject(root));
    expect(findings).toEqual([]);
    const services = readdirSync(path.join(root, 'apps'));
    // Beside them are those that the bench measures for comparison.
    const ours = applications.filter((file) => !file.startsWith('tools/bench/'));
    expect(ours.toSorted()).toEqual(services.map((name) => `apps/${name}/src/main.ts`).sort());
  });

  it('counts the findings that a comment allows', () => {
    expect(examine(openProject(path.join(FIXTURES, 'clean/exempted'))).allowed).toBe(1);
  });

  it('has in its README the rules that the faulty applications try, and no others', () => {
    const readme = readFileSync(path.resolve(import.meta.dirname, '../README.md'), 'utf8');
    const named = [...readme.matchAll(/^\| `([\w-]+)` /gm)].map(([, rule]) => rule);
    expect(named.sort()).toEqual(rulesIn(path.join(FIXTURES, 'faulty')));
  });

  it.each([
    ['is not there', 'There is no file or folder'],
    ['../docs', 'has no TypeScript or JavaScript file outside tests'],
  ])('cannot look at %s, and says so', (place, message) => {
    expect(() => openProject(path.resolve(FIXTURES, '../..', place))).toThrow(message);
  });
});
