/** What people put together when a password has to be long: the calendar, the product, the keyboard. */
const WORDS = [
  'spring summer autumn fall winter',
  'january february march april may june july august september october november december',
  'monday tuesday wednesday thursday friday saturday sunday',
  'citadel company password passwort welcome letmein admin login secret changeme hello',
  'qwerty qwertz asdf zxcv qaz wsx edc rfv tgb yhn ujm',
].flatMap((line) => line.split(' '));

/** Letters that must be left, so that a passphrase with such a word in it stays good. */
const FEWEST_LETTERS = 4;

/**
 * Whether a password is such words with digits and signs, as in `Summer2024!!`: estimators find each word common and yet
 * call the combination strong.
 *
 * @param ownWords - of the user, in lower case
 */
export function isPredictable(password: string, ownWords: readonly string[]): boolean {
  const lower = password.toLowerCase();
  // The longest first: of `password` nothing must be left because `pass` was taken out before.
  const words = [...WORDS, ...ownWords].sort((one, other) => other.length - one.length);
  const rest = words.reduce((text, word) => text.replaceAll(word, ' '), lower);
  return rest !== lower && [...rest.matchAll(/\p{L}/gu)].length < FEWEST_LETTERS;
}
