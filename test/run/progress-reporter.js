// @ts-check
/** Tells the process that guards the run which suites are running, so that it can name them when one never ends. */
export default class ProgressReporter {
  /** @param {{ path: string }} suite */
  onTestFileStart({ path }) {
    report({ began: path });
  }

  /** @param {{ path: string }} suite */
  onTestFileResult({ path }) {
    report({ ended: path });
  }

  onRunComplete() {
    report({ isComplete: true });
    // A channel that something listens to keeps the process alive, and nothing more is reported over this one.
    process.channel?.unref();
  }
}

/** @param {import('../../tools/stack/bootstrap/guarded-run.js').Progress} progress */
function report(progress) {
  // Without npm test there is nobody to tell.
  if (process.connected) process.send?.(progress);
}
