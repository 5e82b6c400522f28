import type { Clearance } from '@citadel/protocol';

interface ByActor {
  readonly actor: string;
  /** The generation that the actor's token carries. */
  readonly generation: number;
  readonly version?: number | undefined;
}

export type Action = ByActor &
  (
    | { readonly kind: 'set-roles'; readonly target: string; readonly roles: readonly string[] }
    | { readonly kind: 'set-clearance'; readonly target: string; readonly clearance: Clearance }
    | { readonly kind: 'disable' | 'enable'; readonly target: string }
    | {
        readonly kind: 'create-role' | 'change-role';
        readonly name: string;
        readonly permissions: readonly string[];
        readonly inherits: readonly string[];
      }
    | { readonly kind: 'remove-role'; readonly name: string }
  );
