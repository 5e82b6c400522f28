import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { serverAccount } from '@citadel/database';

import { placeFor } from '../postgres/postgres-place.js';
import { stackHome } from '../stack-home.js';
import { stop } from './stop.js';

/** Fetched programs are no data of this stack. */
const KEPT = ['cache'];

/** `npm run stack -- reset`: stops, then deletes data, secrets and logs; the next start begins again. */
export async function reset(): Promise<number> {
  await stop();
  const home = stackHome();
  for (const name of entriesOf(home.folder)) {
    if (!KEPT.includes(name)) rmSync(path.join(home.folder, name), { recursive: true, force: true });
  }
  const place = placeFor(home.folder, serverAccount());
  if (place.isElsewhere) rmSync(place.folder, { recursive: true, force: true });
  console.log(`Deleted data, secrets and logs of ${home.folder}; demo users get new passwords at the next start`);
  return 0;
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Nothing has been started here yet, so there is nothing to delete.
    return [];
  }
}
