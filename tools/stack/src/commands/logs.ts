import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { follow } from '../dev/follow.js';
import { stackHome } from '../stack-home.js';

const LINES = 100;

/** `npm run stack -- logs [service] [--follow]`: the last lines of one process or of all. */
export async function logs(parameters: readonly string[]): Promise<number> {
  const { logs: folder } = stackHome();
  const wanted = parameters.filter((parameter) => !parameter.startsWith('-'));
  const known = existsSync(folder)
    ? readdirSync(folder).flatMap((name) => (name.endsWith('.log') ? [name.slice(0, -'.log'.length)] : []))
    : [];
  const unknown = wanted.filter((name) => !known.includes(name));
  if (unknown.length > 0 || known.length === 0) {
    console.error(
      known.length === 0
        ? 'There are no logs yet: npm start'
        : `No log of ${unknown.join(', ')}. There are: ${known.join(', ')}`,
    );
    return 1;
  }
  const names = wanted.length > 0 ? wanted : known;
  for (const name of names) {
    const prefix = names.length > 1 ? `${name.padEnd(9)} ` : '';
    const file = path.join(folder, `${name}.log`);
    for (const line of readFileSync(file, 'utf8').trimEnd().split('\n').slice(-LINES)) console.log(prefix + line);
    if (parameters.some((parameter) => parameter === '-f' || parameter === '--follow'))
      follow(file, (line) => console.log(prefix + line));
  }
  return 0;
}
