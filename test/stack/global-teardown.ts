/** Ends the stack of the stories and deletes its data. Its logs stay until the next run. */
export default async function globalTeardown(): Promise<void> {
  await globalThis.citadelStoriesStack?.discard({ keepLogs: true });
}
