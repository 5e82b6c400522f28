import { shareDatabases } from '@citadel/database/testing';

declare global {
  // Jest runs the set-up and the tear-down in one process and gives them nothing else to share.
  var endSharedDatabases: (() => Promise<void>) | undefined;
}

export default async function globalSetup(): Promise<void> {
  globalThis.endSharedDatabases = await shareDatabases();
}
