export { KEY_SET_ENTRY, openKeySet, signKeySet } from './key-set-entry.js';
export { kvKeySource } from './kv-key-source.js';
export { BUCKET_BEING_FILLED, completeBucket, kvRevocationSource } from './kv-revocation-source.js';
export { RevocationEntries, revocationKey, revocationOf } from './revocation-entries.js';
