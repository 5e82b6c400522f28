// @ts-check
/**
 * The way in for every npm script: says in a sentence if Node.js is too old, instead of failing somewhere in the middle.
 * This file and what it imports statically must be readable by Node.js 14, so everything else is imported afterwards.
 */
import { versionFault } from './bootstrap/node-version.js';

const fault = versionFault(process.versions.node);
if (fault) {
  console.error(fault);
  process.exit(1);
}
void import('./bootstrap/main.js');
