import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';

import type { Controller } from '../read-decorators.js';

/**
 * The controllers of a source that is compiled as it is given and runs beside the build of the rest: the file in the
 * working tree stays as it is.
 *
 * @param file - the path of the original, below `src/`
 * @param root - of the repository
 */
export async function loadControllers(source: string, file: string, root: string): Promise<Controller[]> {
  const built = path.dirname(file.replace(`${path.sep}src${path.sep}`, `${path.sep}dist${path.sep}`));
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
      useDefineForClassFields: false,
    },
  });
  const text = outputText.replace(
    /(from\s+['"])(\.{1,2}\/[^'"]+)/g,
    (_, from: string, relative: string) => from + pathToFileURL(path.resolve(built, relative)).href,
  );
  // Below node_modules the names of packages mean what they mean to the services.
  const folder = mkdtempSync(path.join(root, 'node_modules/.access-mutation-'));
  try {
    const copy = path.join(folder, 'controller.mjs');
    writeFileSync(copy, text);
    const loaded = (await import(pathToFileURL(copy).href)) as Record<string, unknown>;
    return Object.values(loaded).filter(isClass);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function isClass(value: unknown): value is Controller {
  return typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));
}
