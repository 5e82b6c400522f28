import { readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** A fenced block of a Markdown file. */
export interface Block {
  readonly file: string;
  readonly line: number;
  /** First word behind the fence; empty if there is none. */
  readonly language: string;
  /** The file into which it goes: a path behind the language. */
  readonly target: string | undefined;
  /** Why no test runs it: what stands behind `not-run:` at the fence. */
  readonly notRun: string | undefined;
  readonly text: string;
}

/** Blocks in these languages are commands. */
const COMMANDS: readonly string[] = ['sh', 'bash', 'shell', 'zsh', 'console'];

/** The fenced blocks of a Markdown file of the repository; the indentation of a list item is taken off. */
export function blocksOf(file: string, source = readFileSync(path.join(ROOT, file), 'utf8')): Block[] {
  return [...source.matchAll(/^([ ]*)```([^\n]*)\n([^]*?)^\1```$/gm)].map((found) => {
    const [, indentation = '', information = '', text = ''] = found;
    const [language = '', second] = information.split(/\s/);
    return {
      file,
      line: source.slice(0, found.index).split('\n').length,
      language,
      target: second?.includes('/') ? second : undefined,
      notRun: /\snot-run: *(\S.*)$/.exec(information)?.[1],
      text: text.replaceAll(new RegExp(`^${indentation}`, 'gm'), ''),
    };
  });
}

/** The blocks of a file that are for a shell and that its test has to run, in their order. */
export function commandsOf(file: string, source?: string): Block[] {
  return blocksOf(file, source).filter(({ language, notRun }) => COMMANDS.includes(language) && notRun === undefined);
}
