// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const PARTS = ['libs', 'apps', 'tools', 'prisma'];
const SINGLE_FILES = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.base.json'];
const NOT_SOURCES = new Set(['node_modules', 'dist', 'generated', 'coverage']);

/** @param {string} root */
const stampOf = (root) => path.join(root, 'node_modules/.citadel-build');

/**
 * Why packages have to be installed; nothing when those that are there are those of the lock file. npm writes down what
 * it installed, so contents are compared: times say little after a checkout.
 *
 * @param {string} root
 * @returns {string | undefined}
 */
export function installFault(root) {
  const installedFile = path.join(root, 'node_modules/.package-lock.json');
  if (!existsSync(installedFile)) return 'they are missing';
  const installed = packagesIn(installedFile);
  const locked = packagesIn(path.join(root, 'package-lock.json'));
  for (const [name, entry] of Object.entries(locked)) {
    const there = installed[name];
    // What is optional is left out on other platforms.
    if (!name.startsWith('node_modules/') || (!there && (entry.optional || entry.devOptional))) continue;
    if (!there) return `${name} is missing`;
    if (there.version !== entry.version) return `${name} is ${there.version}, not ${entry.version}`;
  }
  return undefined;
}

/** @typedef {{ version?: string, optional?: boolean, devOptional?: boolean }} LockedPackage */

/**
 * @param {string} file
 * @returns {Record<string, LockedPackage>}
 */
function packagesIn(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

/**
 * Whether sources changed since the build that was recorded, or a part of it is gone.
 *
 * @param {string} root
 */
export function isBuildStale(root) {
  const stamp = stampOf(root);
  if (!existsSync(stamp) || workspaces(root).some((folder) => !existsSync(path.join(folder, 'dist')))) return true;
  return readFileSync(stamp, 'utf8') !== fingerprint(root);
}

/** @param {string} root */
export function recordBuild(root) {
  writeFileSync(stampOf(root), fingerprint(root));
}

/** @param {string} root */
function fingerprint(root) {
  const hash = createHash('sha256');
  for (const file of [...SINGLE_FILES, ...PARTS.flatMap((part) => filesBelow(root, part))].sort()) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(path.join(root, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

/**
 * @param {string} root
 * @param {string} folder
 * @returns {string[]}
 */
function filesBelow(root, folder) {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return NOT_SOURCES.has(entry.name) ? [] : filesBelow(root, file);
    return entry.name.endsWith('.spec.ts') || !/\.(ts|js|json|prisma|sql|toml)$/.test(entry.name) ? [] : [file];
  });
}

/** @param {string} root */
function workspaces(root) {
  return PARTS.flatMap((part) => {
    const names = readdirSync(path.join(root, part), { withFileTypes: true });
    const folders = names.filter((entry) => entry.isDirectory()).map((entry) => path.join(root, part, entry.name));
    return folders.filter((folder) => existsSync(path.join(folder, 'tsconfig.json')));
  });
}
