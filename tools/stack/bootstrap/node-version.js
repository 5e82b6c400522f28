// @ts-check
/**
 * Why this Node.js does not do, and the way out; nothing if it does. It says what `engines` in package.json says, in the
 * syntax of Node.js 14.
 *
 * @param {string} version
 * @returns {string | undefined}
 */
export function versionFault(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major === 20 ? minor >= 19 : major === 22 ? minor >= 12 : major >= 24) return undefined;
  return (
    'Citadel needs Node.js 20.19, 22.12 or 24 or newer; this is ' +
    version +
    '. Install a current one from https://nodejs.org or with your version manager (nvm install 24), then run the same command again.'
  );
}
