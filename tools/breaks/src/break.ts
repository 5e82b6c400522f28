/** A rule of Citadel, the code without it, and the test that must fail then. All paths are relative to the repository. */
export interface Break {
  /** One sentence that is true while the rule is in place. No two breaks have the same. */
  readonly rule: string;
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** Where the test is written: a spec, or a part of a story (`test/emergencies/audit.ts`). */
  readonly spec: string;
  /** The title as it is in the source, placeholders included, or a part of it. */
  readonly test: string;
}
