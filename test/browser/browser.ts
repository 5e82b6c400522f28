import { accessSync, constants } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/opt/google/chrome/chrome',
];

/** A headless Chromium of this machine: CHROMIUM_BIN, or where distributions put it. */
export async function openBrowser(): Promise<Browser> {
  const found = [process.env.CHROMIUM_BIN, ...PLACES].find((path) => path !== undefined && isExecutable(path));
  if (!found) {
    throw new Error(
      'There is no Chromium on this machine. Install one (Debian: apt-get install chromium), or set CHROMIUM_BIN to its path.',
    );
  }
  // A container's root has no sandbox; the only pages that are opened are our own.
  const switches = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'];
  return chromium.launch({
    executablePath: found,
    args: [...switches, '--disable-component-update', '--disable-sync'],
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
