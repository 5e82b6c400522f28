import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

import { REPOSITORY } from '../stack-home.js';

/** `apps/treasury/src/a/b.ts`: its workspace, and the rest of its path without the ending. */
const SOURCE = /^((?:apps|libs)\/[^/]+)\/src\/(.+)\.ts$/;
/** What the build leaves out as well. */
const NOT_BUILT = /(?:\.(?:spec|type-check|fixture|d)\.ts$)|(?:\/src\/testing\/)/;

/** Whether a service loads what this file becomes. */
export function isBuilt(file: string): boolean {
  return SOURCE.test(file) && !NOT_BUILT.test(file);
}

/**
 * Compiles one source file of an app or a library to where the build puts it, without checking types: that is the work
 * of the editor and of `npm run build`, and takes seconds. The next build compiles the workspace again.
 *
 * @param file path within the repository, with `/`
 * @returns what is wrong with its syntax, a line each; nothing was written then
 */
export function compile(file: string, root = REPOSITORY): string[] {
  const [, workspace = '', name = ''] = SOURCE.exec(file) ?? [];
  const { outputText, sourceMapText, diagnostics } = ts.transpileModule(readFileSync(path.join(root, file), 'utf8'), {
    fileName: file,
    compilerOptions: compilerOptions(root),
    reportDiagnostics: true,
  });
  if (diagnostics?.length) return diagnostics.map(oneLine);

  const target = path.join(root, workspace, 'dist', `${name}.js`);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, outputText);
  // The map names its source by the last part of the path alone, as if both lay in one folder.
  const map = { ...(JSON.parse(sourceMapText ?? '{}') as object), sources: [path.join(root, file)] };
  writeFileSync(`${target}.map`, JSON.stringify(map));
  forgetBuild(workspace, root);
  return [];
}

/** Otherwise a build after an edit that was taken back finds the sources as it knows them, and keeps what we wrote. */
function forgetBuild(workspace: string, root: string): void {
  rmSync(path.join(root, workspace, 'dist/.tsbuildinfo'), { force: true });
  rmSync(path.join(root, 'node_modules/.citadel-build'), { force: true });
}

function compilerOptions(root: string): ts.CompilerOptions {
  const file = path.join(root, 'tsconfig.base.json');
  const { config } = ts.readConfigFile(file, (name) => ts.sys.readFile(name)) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root, file);
  // Of one file alone there are no declarations to make, and it is not asked what its package.json says.
  const alone = { composite: false, incremental: false, declaration: false, declarationMap: false };
  return { ...options, ...alone, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler };
}

function oneLine({ file, start, messageText }: ts.Diagnostic): string {
  const place = file && start !== undefined ? file.getLineAndCharacterOfPosition(start) : { line: 0, character: 0 };
  const name = file?.fileName ?? '';
  return `${name}:${String(place.line + 1)}:${String(place.character + 1)} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
}
