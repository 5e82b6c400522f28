// @ts-check
import path from 'node:path';

/** @typedef {{ title: string, file: string }} Proof */
/** @typedef {{ name: string, assertionResults: readonly { title: string, status: string }[] }} SuiteResult */

/**
 * Links into the sources: a test by its name.
 *
 * @param {string} text
 * @returns {Proof[]}
 */
export function proofsIn(text) {
  return [...text.matchAll(/\[([^\]]+)\]\(\.\.\/([^)]+\.ts)\)/g)].map(([, title = '', file = '']) => ({
    title: title.replace(/\s+/g, ' '),
    file,
  }));
}

/**
 * The proofs of which no test passed in these results of Jest, or one failed.
 *
 * @param {string} text
 * @param {readonly SuiteResult[]} suites
 * @param {string} root - of the repository, to which the names in the results belong
 * @returns {Proof[]}
 */
export function unproven(text, suites, root) {
  const tests = new Map(suites.map(({ name, assertionResults }) => [path.relative(root, name), assertionResults]));
  return proofsIn(text).filter(({ title, file }) => {
    const pattern = new RegExp(`^${patternOf(title)}$`);
    const ran = (tests.get(suiteOf(file)) ?? []).filter((test) => pattern.test(test.title.replace(/\s+/g, ' ')));
    return ran.length === 0 || ran.some(({ status }) => status !== 'passed');
  });
}

/** A part of a story is run by the spec that is named like its folder. @param {string} file */
const suiteOf = (file) => (file.endsWith('.spec.ts') ? file : `${path.dirname(file)}.spec.ts`);

/** Placeholders of a table stand for anything. @param {string} title */
const patternOf = (title) => title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/%[a-z]|\\\$[\w.]+/g, '[^]*');
