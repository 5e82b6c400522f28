import type { FieldFault } from '@citadel/protocol';
import type { z } from 'zod';

const MOST_FAULTS = 20;

/** What a schema found wrong, as the caller is told it: where, and what would be right; never the value itself. */
export function faultsOf({ issues }: z.ZodError, part: FieldFault['in']): FieldFault[] {
  return issues
    .flatMap((issue) => {
      const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
      const message = issue.code === 'unrecognized_keys' ? 'is not known here' : issue.message;
      return paths.map((path) => ({ in: part, path: pointerTo(path), message }));
    })
    .slice(0, MOST_FAULTS);
}

/** JSON Pointer (RFC 6901). A key is the caller's own text, so it is cut. */
function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).slice(0, 64).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
