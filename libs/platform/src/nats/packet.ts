/** A request as Nest's clients write it. */
export interface Packet {
  readonly data: unknown;
  readonly id: string | undefined;
}

const MAXIMUM_BYTES = 2 * 1024 * 1024;
const decoder = new TextDecoder('utf-8', { fatal: true });

/** Reads a request off the wire. Nothing in it says who sent it: that is the token's to say. */
export function parsePacket(bytes: Uint8Array): Packet | undefined {
  if (bytes.byteLength > MAXIMUM_BYTES) return undefined;
  try {
    const value: unknown = JSON.parse(decoder.decode(bytes));
    if (typeof value !== 'object' || value === null || !('data' in value)) return undefined;
    const id = 'id' in value && typeof value.id === 'string' ? value.id : undefined;
    return { data: value.data, id };
  } catch {
    return undefined;
  }
}
