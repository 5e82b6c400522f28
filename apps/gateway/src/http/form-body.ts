import { auth, problem } from '@citadel/contracts';

const FORMS: ReadonlySet<string> = new Set(
  Object.values(auth)
    .filter((operation) => 'form' in operation)
    .map(({ path }) => path),
);

/**
 * Parses a form, for those operations alone whose RFCs send forms. Everywhere else it is an unsupported media type: a
 * form is what a page of another origin can send without asking first.
 */
export function parseForm(
  route: string | undefined,
  body: Buffer,
  done: (error: Error | null, value?: unknown) => void,
): void {
  if (route === undefined || !FORMS.has(route)) return done(problem('unsupported-media-type'));
  try {
    const parameters = [...new URLSearchParams(new TextDecoder('utf-8', { fatal: true }).decode(body))];
    // RFC 6749 §3.2: a parameter that stands there twice makes the request invalid.
    if (new Set(parameters.map(([name]) => name)).size !== parameters.length)
      throw new Error('a parameter is repeated');
    done(null, Object.fromEntries(parameters));
  } catch (cause) {
    done(problem('invalid-request', { detail: 'The form is not valid', cause }));
  }
}
