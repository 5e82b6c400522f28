/// <reference lib="dom" />
import { OPERATIONS } from '@citadel/contracts';
import type { Browser, Page } from 'playwright-core';

import { stack } from '../stack/stack.js';
import { openBrowser } from './browser.js';

let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  browser = await openBrowser();
  // The local certificate authority is not the browser's; that its certificates hold is for the other stories to say.
  page = await browser.newPage({ ignoreHTTPSErrors: true });
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`${stack().gateway}/docs`);
}, 60_000);
afterAll(() => browser?.close());

describe('the page at /docs', () => {
  it('shows every operation with its method and path', async () => {
    await expect(page.locator('details').count()).resolves.toBe(OPERATIONS.length);
    for (const { id, path } of OPERATIONS) {
      await expect(page.locator(`[id="${id}"] summary`).textContent()).resolves.toContain(path);
    }
  });

  it('opens an operation at a click and shows who may call it and what it answers', async () => {
    const operation = page.locator('[id="treasury.openAccount"]');
    await expect(operation.locator('table').isVisible()).resolves.toBe(false);
    await operation.locator('summary').click();
    await expect(operation.locator('table').isVisible()).resolves.toBe(true);
    await expect(operation.textContent()).resolves.toContain('treasury:accounts:open');
  });

  it('is styled under its own content security policy, which lets no script run', async () => {
    const width = await page.evaluate(() => getComputedStyle(document.body).maxWidth);
    expect(width).not.toBe('none');
    const ran = await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.intruded = true';
      document.body.append(script);
      return 'intruded' in window;
    });
    expect(ran).toBe(false);
  });

  it('can be read on a phone without scrolling sideways', async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });

  it('gave the browser nothing to complain about but the script that was refused', () => {
    expect(complaints.filter((text) => !text.includes('Content Security Policy'))).toEqual([]);
  });
});
