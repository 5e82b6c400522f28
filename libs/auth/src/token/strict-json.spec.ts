import fc from 'fast-check';

import { parseStrictObject } from './strict-json.js';

// Names and values full of what separates names from values.
const tricky = fc.oneof(
  fc.string({ unit: fc.constantFrom('"', ':', '\\', '{', '}', ',', ' ', 'a', '\u0061', 'é', '\n') }),
  fc.constantFrom('sub', '__proto__', 'constructor', '"sub":', '\\"', '\\u0061', ''),
);
const { object } = fc.letrec<{ value: unknown; object: Record<string, unknown> }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.oneof(tricky, fc.integer(), fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(tricky, tie('value'), { maxKeys: 4 }),
}));

/** The same JSON with every character of its strings written as an escape. */
const escaped = (json: string) =>
  json.replace(/"(?:[^"\\]|\\.)*"/g, (text) => {
    const units = (JSON.parse(text) as string).split('');
    return `"${units.map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`;
  });

describe('parseStrictObject', () => {
  it('reads what JSON.parse reads, however it is spelled', () => {
    fc.assert(
      fc.property(object, (value) => {
        const json = JSON.stringify(value);
        expect(parseStrictObject(json)).toEqual(JSON.parse(json));
        expect(parseStrictObject(escaped(json))).toEqual(JSON.parse(json));
        expect(parseStrictObject(JSON.stringify(value, null, '\t'))).toEqual(JSON.parse(json));
      }),
    );
  });

  it('refuses every object in which one name stands twice, however it is spelled', () => {
    fc.assert(
      fc.property(object, tricky, tricky, tricky, (rest, name, one, other) => {
        const twice = [
          `${JSON.stringify(name)}:${JSON.stringify(one)}`,
          `${JSON.stringify(name)} : ${JSON.stringify(other)}`,
        ];
        const members = JSON.stringify(rest).slice(1, -1);
        const text = `{${[...twice, ...(members ? [members] : [])].join(',')}}`;
        expect(() => parseStrictObject(text)).toThrow('a member name is repeated');
        expect(() => parseStrictObject(escaped(text))).toThrow('a member name is repeated');
        expect(() => parseStrictObject(`{"deep":[${text}]}`)).toThrow('a member name is repeated');
      }),
    );
  });

  it.each([
    ['"sub" and "\\u0073ub"', '{"sub":"a","\\u0073ub":"b"}'],
    ['a name and its twin behind white space', '{"a":1,"a"\t\r\n :2}'],
    ['twins with the same value', '{"a":1,"a":1}'],
    ['__proto__ twice', '{"__proto__":1,"__proto__":2}'],
    ['twins in a list in an object', '{"a":[{"b":{"c":1,"c":2}}]}'],
  ])('refuses %s', (_, text) => {
    expect(() => parseStrictObject(text)).toThrow('a member name is repeated');
  });

  it.each(['[]', '"text"', 'null', '1', 'true', '', '{', '{"a":1}x', "{'a':1}", '{a:1}', '{"a":1,}', '\ufeff{}'])(
    'refuses %j, which is not an object',
    (text) => {
      expect(() => parseStrictObject(text)).toThrow(SyntaxError);
    },
  );

  it('refuses to go deep', () => {
    const nested = (levels: number) => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);
    expect(() => parseStrictObject(nested(8))).not.toThrow();
    expect(() => parseStrictObject(nested(20))).toThrow('nested too deeply');
    expect(() => parseStrictObject(`{"a":${'['.repeat(2000)}${']'.repeat(2000)}}`)).toThrow('nested too deeply');
  });
});
