import type { OpenApi } from './openapi.js';

interface Described {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security: readonly unknown[];
  readonly 'x-required-permissions'?: readonly string[];
  readonly parameters: readonly { name: string; in: string; required: boolean; schema: unknown }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: unknown }>> };
  readonly responses: Readonly<
    Record<
      string,
      { readonly description: string; readonly content?: Readonly<Record<string, { readonly schema: unknown }>> }
    >
  >;
}

/** The OpenAPI document as a page to read: whole without any script, and nothing in it comes from elsewhere. */
export function docsPage(document: OpenApi): string {
  // Both were made by openApiOf, whose result is typed as loosely as OpenAPI itself is.
  const paths = document['paths'] as Readonly<Record<string, Readonly<Record<string, Described>>>>;
  const tags = document['tags'] as readonly { name: string }[];
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => ({ path, method: method.toUpperCase(), described })),
  );
  const sections = tags.map(({ name }) => {
    const own = operations.filter(({ described }) => described.tags.includes(name));
    return `<section><h2 id="${escape(name)}">${escape(name)}</h2>${own.map(render).join('')}</section>`;
  });
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Citadel API</title><link rel="stylesheet" href="/docs/style.css"><link rel="icon" href="/docs/icon.svg"></head>
<body><header><h1>Citadel API</h1>
<p>Errors are problems (RFC 9457) with a stable <code>code</code>. For machines: <a href="/openapi.json">openapi.json</a>.</p>
<nav>${tags.map(({ name }) => `<a href="#${escape(name)}">${escape(name)}</a>`).join(' · ')}</nav></header>
<main>${sections.join('')}</main></body></html>
`;
}

function render({ path, method, described }: { path: string; method: string; described: Described }): string {
  const { operationId, summary, parameters, requestBody, responses } = described;
  const body = requestBody?.content['application/json']?.schema;
  return `<details id="${escape(operationId)}"><summary><span class="method">${method}</span><code>${escape(path)}</code>
<span>${escape(summary)}</span><span class="access">${accessOf(described)}</span></summary>
${parameters.length === 0 ? '' : `<h3>Parameters</h3><table>${parameters.map((one) => row(`${one.name} (${one.in}${one.required ? '' : ', optional'})`, code(one.schema))).join('')}</table>`}
${body === undefined ? '' : `<h3>Body</h3>${code(body)}`}
<h3>Answers</h3><table>${Object.entries(responses)
    .map(([status, answer]) => row(status, answerOf(answer)))
    .join('')}</table></details>`;
}

function answerOf({ description, content = {} }: Described['responses'][string]): string {
  const schema = content['application/json']?.schema;
  return `${escape(description).replaceAll('\n\n', '<br>').replaceAll('`', '')}${schema === undefined ? '' : code(schema)}`;
}

function accessOf({ security, 'x-required-permissions': permissions = [] }: Described): string {
  if (security.length === 0) return 'public';
  return permissions.length > 0 ? escape(permissions.join(', ')) : 'access token';
}

const row = (head: string, cell: string) => `<tr><td><code>${escape(head)}</code></td><td>${cell}</td></tr>`;
const code = (value: unknown) => `<pre>${escape(JSON.stringify(value, null, 2))}</pre>`;
const escape = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
