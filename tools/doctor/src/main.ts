#!/usr/bin/env node
/**
 * Lists what stands open in a NestJS application, without running it.
 *
 *   node tools/doctor/dist/main.js [folder or tsconfig.json] [--json]
 */
import { parseArgs } from 'node:util';

import { examine } from './examine.js';
import { openProject } from './project.js';
import { report } from './report.js';

const USAGE = `Usage: doctor [folder or tsconfig.json] [--json]

Reads the source of a NestJS application, and runs nothing of it.
Ends with 0 if nothing stands open, 1 if something does, 2 if it could not look.`;

try {
  const options = { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } } as const;
  const { values, positionals } = parseArgs({ allowPositionals: true, options });
  if (values.help || positionals.length > 1) {
    console.log(USAGE);
    process.exitCode = values.help ? 0 : 2;
  } else {
    const examination = examine(openProject(positionals[0] ?? '.'));
    console.log(values.json ? JSON.stringify(examination, undefined, 2) : report(examination));
    process.exitCode = examination.findings.length > 0 ? 1 : 0;
  }
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exitCode = 2;
}
