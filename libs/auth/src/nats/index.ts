export { KEY_SET_ENTRY, kvKeySource } from './kv-key-source.js';
export { BUCKET_BEING_FILLED, kvRevocationSource, revocationKey, revocationValue } from './kv-revocation-source.js';
