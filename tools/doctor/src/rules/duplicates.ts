import type { Examined, Finding } from '../finding.js';
import type { Handler } from '../handlers.js';

/** Two handlers for one message or route: one of them is never asked, and its guards neither. Events go to all. */
export function duplicates({ handlers }: Examined): Finding[] {
  const first = new Map<string, Handler>();
  return handlers
    .filter(
      ({ transport, pattern }) => pattern !== undefined && (transport === 'message' || transport === 'HTTP route'),
    )
    .flatMap((handler) => {
      const key = `${handler.transport} ${String(handler.pattern)}`;
      const other = first.get(key);
      if (!other) {
        first.set(key, handler);
        return [];
      }
      const which = handler.transport === 'message' ? 'only the one that is registered last' : 'only one of them';
      return [
        {
          rule: 'duplicate-pattern',
          node: handler.method.name,
          message:
            `${handler.name} handles "${String(handler.pattern)}", and so does ${other.name}: ` +
            `${which} is called, with its guards alone.`,
          cure: 'Remove one of them, or give it another pattern.',
        },
      ];
    });
}
