/** What `search_words` of the database takes for space, but the quotes of a phrase. */
const BETWEEN_WORDS = /[!#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~«»‹›“”„‚‘’–—…·¡¿]+/g;
const NEGATED = /(?<=^|\s)-("[^"]*"|\S+)/g;
const WORD = /[\p{L}\p{N}]+/gu;

export interface SearchQuery {
  /** For `websearch_to_tsquery`, its words taken apart as those of the documents are. */
  readonly text: string;
  /** Those that may be highlighted, in lower case. */
  readonly words: ReadonlySet<string>;
}

/** Reads a query: words, `"a phrase"`, `or`, and `-not`. */
export function readQuery(query: string): SearchQuery {
  const wanted = query.replace(NEGATED, ' ');
  const words = [...wanted.toLowerCase().matchAll(WORD)].map(([word]) => word).filter((word) => word !== 'or');
  const refused = [...query.matchAll(NEGATED)].map(([, term = '']) => `-"${plain(term.replaceAll('"', ' '))}"`);
  return { text: [plain(wanted), ...refused].join(' '), words: new Set(words) };
}

const plain = (text: string) => text.replace(BETWEEN_WORDS, ' ').trim();

export interface SnippetPart {
  readonly text: string;
  readonly isMatch: boolean;
}

/** UTF-16 code units of a snippet, and how many of them come before the first match. */
const LENGTH = 240;
const BEFORE = 80;

/** A part of a text around the first of the words, or its beginning, cut up at each of them. It is text, whatever it holds. */
export function snippetOf(text: string, words: ReadonlySet<string>): SnippetPart[] {
  const isMatch = ([word]: RegExpExecArray) => words.has(word.toLowerCase());
  const first = [...text.matchAll(WORD)].find(isMatch)?.index ?? 0;
  const start = wholeCharacter(text, Math.max(0, first - BEFORE));
  const shown = text.slice(start, wholeCharacter(text, start + LENGTH));
  const parts: SnippetPart[] = [];
  let end = 0;
  for (const match of [...shown.matchAll(WORD)].filter(isMatch)) {
    parts.push({ text: shown.slice(end, match.index), isMatch: false }, { text: match[0], isMatch: true });
    end = match.index + match[0].length;
  }
  return [...parts, { text: shown.slice(end), isMatch: false }].filter((part) => part.text !== '');
}

/** The same place, or one before it if a character would be cut in half. */
function wholeCharacter(text: string, index: number): number {
  const code = text.charCodeAt(index);
  return code >= 0xdc00 && code <= 0xdfff ? index - 1 : index;
}
