import { ACCESS_TABLE, CONTRACTS, OPERATIONS, ProblemDocument, PROBLEMS } from '@citadel/contracts';
import type { Operation } from '@citadel/protocol';

import { docsPage } from './docs-page.js';
import { openApiOf } from './openapi.js';

// What was written by openApiOf is read back as any reader would: as JSON without types.
interface Described {
  readonly operationId: string;
  readonly security: readonly object[];
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly schema: object;
  }[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: Readonly<Record<string, { readonly schema: object }>>;
  };
  readonly responses: Readonly<
    Record<
      string,
      { readonly description: string; readonly content?: Readonly<Record<string, { readonly schema: object }>> }
    >
  >;
}
interface Document {
  readonly openapi: string;
  readonly info: object;
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>;
    readonly securitySchemes: Readonly<Record<string, object>>;
  };
}

const source = openApiOf(Object.values(CONTRACTS), 'https://citadel.test');
const document = JSON.parse(JSON.stringify(source)) as Document;
const described = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, one]) => ({ path, method, ...one })),
);
function operationOf(id: string): Operation {
  const found = OPERATIONS.find((one) => one.id === id);
  if (!found) throw new Error(`There is no operation ${id}`);
  return found;
}

const each = described.map((one) => [one.operationId, one] as const);

describe('the OpenAPI document', () => {
  it('is of version 3.1, with a title, a version and this server', () => {
    expect(document).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'Citadel', version: expect.any(String) },
      servers: [{ url: 'https://citadel.test' }],
    });
  });

  it('describes every operation of the contracts and nothing else', () => {
    expect(
      described.map(({ operationId, method, path }) => `${operationId} ${method.toUpperCase()} ${path}`).sort(),
    ).toEqual(OPERATIONS.map(({ id, method, path }) => `${id} ${method} ${path}`).sort());
  });

  it('points at nothing that it does not hold', () => {
    const text = JSON.stringify(document);
    const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference);
    expect(new Set(references)).toEqual(new Set(['#/components/schemas/Problem']));
    expect(Object.keys(document.components.schemas)).toEqual(['Problem']);
    for (const { security } of described) {
      for (const scheme of security.flatMap((one) => Object.keys(one))) {
        expect(Object.keys(document.components.securitySchemes)).toContain(scheme);
      }
    }
  });

  it.each(each)('%s has its parameters, each once, and those of the path are required', (_, { path, parameters }) => {
    const names = parameters.map(({ name, in: place }) => `${place} ${name}`);
    expect(new Set(names).size).toBe(names.length);
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => `path ${name ?? ''}`);
    expect(names.filter((name) => name.startsWith('path '))).toEqual(inPath);
    for (const { in: place, required, schema } of parameters) {
      expect(['path', 'query', 'header']).toContain(place);
      if (place === 'path') expect(required).toBe(true);
      expect(typeof schema).toBe('object');
    }
  });

  it('describes a problem with every member that one can have', () => {
    const { properties, required } = document.components.schemas.Problem as {
      readonly properties: Readonly<Record<string, object>>;
      readonly required: readonly string[];
    };
    expect(Object.keys(properties).sort()).toEqual(Object.keys(ProblemDocument.shape).sort());
    expect(Object.keys(properties)).toEqual(
      expect.arrayContaining([
        'decision',
        'roles',
        'retryAfter',
        'maxAge',
        'traceId',
        'permission',
        'errors',
        'detail',
      ]),
    );
    expect(required).toEqual(['type', 'title', 'status', 'code']);
    expect(properties.code).toMatchObject({ enum: Object.keys(PROBLEMS) });
  });

  it.each(each)('%s names the headers of its answers', (_, { responses, operationId }) => {
    const { status = 200, versioned, credentials, cacheSeconds } = operationOf(operationId);
    const named = (of: number) =>
      Object.keys((responses[String(of)] as { headers?: object } | undefined)?.headers ?? {});
    const isTagged = versioned === true || cacheSeconds !== undefined;
    expect(named(status)).toEqual([...(isTagged ? ['ETag'] : []), ...(credentials ? ['Set-Cookie'] : [])]);
    expect(named(503)).toEqual(['Retry-After']);
    if ('401' in responses) expect(named(401)).toEqual(['WWW-Authenticate']);
    if ('429' in responses) expect(named(429)).toEqual(['Retry-After']);
  });

  it.each(each)('%s takes an Idempotency-Key if it can be sent again, and says how that fails', (_, one) => {
    const isIdempotent = operationOf(one.operationId).idempotent === true;
    expect(one.parameters.some(({ name }) => name === 'Idempotency-Key')).toBe(isIdempotent);
    expect((one.responses['422']?.description ?? '').includes('idempotency-key-reused')).toBe(isIdempotent);
    expect((one.responses['409']?.description ?? '').includes('request-in-progress')).toBe(isIdempotent);
  });

  it.each(each)(
    '%s says whether a client may ask if its copy still holds',
    (_, { responses, parameters, operationId }) => {
      const isCached = operationOf(operationId).cacheSeconds !== undefined;
      expect('304' in responses).toBe(isCached);
      const asked = parameters.filter(({ name }) => name === 'If-None-Match').map(({ required }) => required);
      expect(asked).toEqual(isCached ? [false] : []);
    },
  );

  it.each(each)(
    '%s says what a body is refused with, and what its rules refuse with',
    (_, { responses, operationId }) => {
      const { method, id } = operationOf(operationId);
      expect('415' in responses && '413' in responses).toBe(method !== 'GET');
      const { roles, clearance, recentLogin } = ACCESS_TABLE[id] ?? {};
      expect((responses['401']?.description ?? '').includes('insufficient-user-authentication')).toBe(
        recentLogin !== undefined,
      );
      if (roles) expect(responses['403']?.description).toContain('missing-role');
      if (clearance) expect(responses['403']?.description).toContain('insufficient-clearance');
    },
  );

  it.each(each)('%s says what it answers when all is well, and how it fails', (_, { responses, operationId }) => {
    const { status = 200, public: isPublic, problems = [] } = OPERATIONS.find(({ id }) => id === operationId) ?? {};
    expect(responses[String(status)]?.description).toBe('Success');
    expect(responses[String(status)]?.content === undefined).toBe(status === 204);
    expect(Object.keys(responses)).toEqual(expect.arrayContaining(['400', '500', '503', '504']));
    expect('401' in responses || problems.every((code) => PROBLEMS[code][0] !== 401)).toBe(true);
    if (!isPublic) expect(Object.keys(responses)).toEqual(expect.arrayContaining(['401', '403']));
    for (const code of problems) expect(responses[String(PROBLEMS[code][0])]?.description).toContain(`\`${code}\``);
  });

  it.each(each)('%s asks for a token unless it is public', (_, { security, operationId }) => {
    const isPublic = OPERATIONS.find(({ id }) => id === operationId)?.public === true;
    expect(security).toEqual(isPublic ? [] : [{ accessToken: [] }, { accessCookie: [] }]);
  });

  it.each(each.filter(([, { requestBody }]) => requestBody))(
    '%s takes no field in its body that it does not name',
    (_, { requestBody }) => {
      for (const { schema } of Object.values(requestBody?.content ?? {})) {
        expect(schema).toMatchObject({ type: 'object', additionalProperties: false });
      }
    },
  );

  it('has schemas that a validator takes: types that there are, and no $schema in their midst', () => {
    const types = [...JSON.stringify(document.paths).matchAll(/"type":"(\w+)"/g)].map(([, type]) => type);
    expect(
      [...new Set(types)].filter(
        (type) => !['object', 'array', 'string', 'integer', 'number', 'boolean', 'null'].includes(String(type)),
      ),
    ).toEqual([]);
    expect(JSON.stringify(document)).not.toContain('$schema');
    expect(JSON.stringify(document)).not.toMatch(/"~standard"|"def":/);
  });
});

describe('the page for people', () => {
  it('shows every operation, runs no script, and takes nothing from elsewhere', () => {
    const page = docsPage(source);
    for (const { operationId } of described) expect(page).toContain(`id="${operationId}"`);
    expect(page).not.toMatch(/<script|<iframe|javascript:|style=|\bon\w+="/i);
    expect(
      [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url).filter((url) => !/^[/#]/.test(String(url))),
    ).toEqual([]);
  });

  it('shows text as text, whatever is in it', () => {
    const summary = '<img src=x onerror=alert(1)> & "quotes"';
    const page = docsPage(openApiOf([{ login: { ...CONTRACTS.auth.login, summary } }], 'https://citadel.test'));
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt; &amp; &quot;quotes&quot;');
    expect(page).not.toContain('<img');
  });
});
