/// <reference lib="dom" />
import type { Browser, BrowserContext, Page } from 'playwright-core';

import { stack } from '../stack/stack.js';
import { openBrowser } from './browser.js';

let browser: Browser;
let context: BrowserContext;
let page: Page;

const citizen = () => {
  const found = stack().users.find(({ roles }) => roles.includes('citizen'));
  if (!found) throw new Error('The stack has no citizen');
  return { email: found.email, password: found.password };
};

/** What a single-page application of this origin does. */
const call = (method: string, path: string, body?: object) =>
  page.evaluate(
    async ([verb, address, text]) => {
      const init = text === undefined ? {} : { body: text, headers: { 'content-type': 'application/json' } };
      const answer = await fetch(address, { method: verb, ...init });
      const read = await answer.text();
      return { status: answer.status, body: read === '' ? null : (JSON.parse(read) as Record<string, unknown>) };
    },
    [method, path, body === undefined ? undefined : JSON.stringify(body)] as const,
  );

/** A page as an application's own server would give it: the gateway's own pages forbid themselves to connect anywhere. */
async function openPage(url: string): Promise<Page> {
  const opened = await context.newPage();
  await opened.route(url, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>App</title>' }),
  );
  await opened.goto(url);
  return opened;
}

beforeAll(async () => {
  browser = await openBrowser();
  context = await browser.newContext({ ignoreHTTPSErrors: true });
  page = await openPage(`${stack().gateway}/app`);
}, 60_000);
afterAll(() => browser?.close());

describe('a single-page application with cookies', () => {
  it('logs in without ever seeing a token', async () => {
    const { status, body } = await call('POST', '/v1/auth/login', { ...citizen(), delivery: 'cookie' });
    expect(status).toBe(200);
    expect(Object.keys(body ?? {}).sort()).toEqual(['expires_in', 'refresh_expires_in', 'token_type']);
    await expect(page.evaluate(() => document.cookie)).resolves.toBe('');
  });

  it('has cookies that the browser keeps from scripts and from other sites', async () => {
    const kept = await context.cookies(`${stack().gateway}/v1/auth/refresh`);
    const flags = kept.map(({ name, httpOnly, secure, sameSite, path }) => ({
      name,
      httpOnly,
      secure,
      sameSite,
      path,
    }));
    expect(flags).toEqual(
      expect.arrayContaining([
        { name: '__Host-citadel-access', httpOnly: true, secure: true, sameSite: 'Lax', path: '/' },
        { name: '__Host-citadel-refresh', httpOnly: true, secure: true, sameSite: 'Strict', path: '/' },
        { name: '__Host-citadel-device', httpOnly: true, secure: true, sameSite: 'Strict', path: '/' },
      ]),
    );
  });

  it('reads, changes, and refreshes', async () => {
    await expect(call('GET', '/v1/auth/me')).resolves.toMatchObject({ status: 200 });
    const opened = await call('POST', '/v1/treasury/accounts', { name: 'Browser', currency: 'EUR' });
    expect(opened.status).toBe(201);
    await expect(call('POST', '/v1/auth/refresh')).resolves.toMatchObject({ status: 200 });
  });

  it('keeps its cookies when a sibling domain sets cookies of the same names for the parent domain', async () => {
    const before = await context.cookies(stack().gateway);
    const names = before.map(({ name }) => name);
    const sibling = await context.newPage();
    const parent = 'citadel-sibling.example';
    const planted = [...names, 'control'].map((name) => `${name}=planted; Domain=${parent}; Path=/; Secure`).join('\n');
    const url = `https://evil.${parent}/`;
    await sibling.route(url, (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html>', headers: { 'set-cookie': planted } }),
    );
    await sibling.goto(url);
    // The browser does accept cookies for the parent domain, and none with our names among them.
    const kept = await context.cookies(`https://app.${parent}/`);
    expect(kept.map(({ name }) => name)).toEqual(['control']);
    await expect(context.cookies(stack().gateway)).resolves.toEqual(before);
    await sibling.close();
  });

  it('is not harmed by a page of another origin', async () => {
    const stranger = await openPage('https://stranger.example/');
    const harm = `${stack().gateway}/v1/auth/logout`;
    await stranger.evaluate(
      (url) => fetch(url, { method: 'POST', credentials: 'include', mode: 'no-cors' }).catch(() => null),
      harm,
    );
    const read = await stranger.evaluate(
      (url) =>
        fetch(url, { credentials: 'include' }).then(
          () => 'read',
          () => 'refused',
        ),
      `${stack().gateway}/v1/auth/me`,
    );
    expect(read).toBe('refused');
    await expect(call('GET', '/v1/auth/me')).resolves.toMatchObject({ status: 200 });
    await stranger.close();
  });

  it('logs out, and the browser keeps nothing but which device it is', async () => {
    await expect(call('POST', '/v1/auth/logout')).resolves.toMatchObject({ status: 204 });
    const kept = await context.cookies(stack().gateway);
    expect(kept.map(({ name }) => name)).toEqual(['__Host-citadel-device']);
    await expect(call('GET', '/v1/auth/me')).resolves.toMatchObject({ status: 401 });
  });
});
