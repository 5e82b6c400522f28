import path from 'node:path';

import type ts from 'typescript';

/** @returns `src/orders.controller.ts:12:3`, relative to a folder: the current one if none is given */
export function placeOf(node: ts.Node, root = process.cwd()): string {
  const file = node.getSourceFile();
  const { line, character } = file.getLineAndCharacterOfPosition(node.getStart());
  return `${path.relative(root, file.fileName)}:${String(line + 1)}:${String(character + 1)}`;
}
