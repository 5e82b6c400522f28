/** Keys in a set that readers take. An issuer must publish fewer, or the removal of a key does not get through. */
export const MAXIMUM_KEYS = 32;
