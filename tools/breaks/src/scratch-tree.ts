import { cpSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const NOT_COPIED = new Set(['node_modules', '.git', '.citadel', 'coverage']);

/** A copy of the working tree that may be broken. Packages are linked, those of the workspaces to the copy. */
export function scratchTree(root: string): string {
  const tree = mkdtempSync(path.join(tmpdir(), 'citadel-breaks-'));
  process.on('exit', () => rmSync(tree, { recursive: true, force: true }));
  const filter = (file: string) => !NOT_COPIED.has(path.basename(file));
  for (const name of readdirSync(root).filter(filter)) {
    cpSync(path.join(root, name), path.join(tree, name), { recursive: true, preserveTimestamps: true, filter });
  }
  linkPackages(path.join(root, 'node_modules'), path.join(tree, 'node_modules'));
  return tree;
}

function linkPackages(from: string, to: string): void {
  mkdirSync(to);
  // What npm and the build write down for themselves stays with the original.
  for (const name of readdirSync(from).filter((one) => !one.startsWith('.'))) {
    const original = path.join(from, name);
    if (name === '@citadel') linkPackages(original, path.join(to, name));
    else symlinkSync(isWorkspace(original) ? readlinkSync(original) : original, path.join(to, name));
  }
}

/** npm links a workspace with a relative path, which leads to the copy when it is kept. */
function isWorkspace(file: string): boolean {
  return lstatSync(file).isSymbolicLink();
}
