export { KEY_SET_ENTRY, kvKeySource } from './kv-key-source.js';
export { kvRevocationSource, revocationKey, revocationValue } from './kv-revocation-source.js';
