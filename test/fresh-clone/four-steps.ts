import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import type { Block } from '../../tools/lint/command-blocks.js';

/** Does what the reader of README does: puts each block of "Add an endpoint" where the text before it says. */
export function addEndpoint(folder: string, blocks: readonly Block[]): void {
  for (const { language, target, text } of blocks) {
    if (language !== 'ts' || target === undefined) continue;
    const file = path.join(folder, target);
    writeFileSync(file, withBlock(readFileSync(file, 'utf8'), text, target));
  }
}

/** At the end of a spec; elsewhere as the last member of the class, or the last operation of the contract. */
function withBlock(source: string, block: string, target: string): string {
  if (target.endsWith('.spec.ts')) return `${source}\n${block}`;
  const begin = source.search(/^export (class|const \w+ = service\()/m);
  const end = begin + source.slice(begin).search(/^\}/m);
  if (begin < 0 || end < begin) throw new Error(`${target} has neither a class nor a contract`);
  const indented = block.replaceAll(/^(?=.)/gm, '  ');
  const gap = target.startsWith('libs/contracts') ? '' : '\n';
  return `${source.slice(0, end)}${gap}${indented}${source.slice(end)}`;
}
