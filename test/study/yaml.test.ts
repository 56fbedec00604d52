// The one reader of YAML: plain values with places, and a place for everything that is refused.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpecError } from '../../src/core/errors.js';
import { readStudySpec } from '../../src/study/read-spec.js';
import { readYaml } from '../../src/study/yaml.js';

function refusal(text: string): string {
  try {
    readYaml(text, 's.yaml');
  } catch (error) {
    expect(error).toBeInstanceOf(SpecError);
    return (error as SpecError).message;
  }
  return 'accepted';
}

/** Each line is a list of nine times the line before: 9⁹ values. */
const BOMB = ['a: &a [x, x, x, x, x, x, x, x, x]', ...Array.from('bcdefghi', (name, i) => {
  const before = `*${'abcdefghi'[i]}`;
  return `${name}: &${name} [${Array.from('123456789', () => before).join(', ')}]`;
})].join('\n');

describe('YAML that people write', () => {
  it('[law] reads every JSON value as JSON.parse does, "__proto__" and "constructor" as names', () => {
    const special = fc.constantFrom('__proto__', 'constructor', 'toString');
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null),
        fc.array(tie('any')),
        fc.array(fc.tuple(fc.oneof(special, fc.string()), tie('any'))).map(Object.fromEntries),
      ),
    })).any;
    fc.assert(fc.property(value, (json) => {
      const text = JSON.stringify(json);
      expect(JSON.stringify(readYaml(text, 's.json').value)).toBe(JSON.stringify(JSON.parse(text)));
    }));
    expect(Object.keys(readYaml('{"__proto__": {"x": 1}}', 's').value as object)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  it('[exact] an alias is its value; the places are those of the file', () => {
    const { value, locate } = readYaml('h: &steps\n  - 1\n  - 2\nother: {deep: *steps}\n', 's.yaml');
    expect(value).toEqual({ h: [1, 2], other: { deep: [1, 2] } });
    const at = (...path: (string | number)[]) => locate({ path, onKey: false });
    expect([at('h', 1), at('other'), at('other', 'deep'), at('other', 'deep', 0), at('other', 'none')])
      .toEqual(['s.yaml:3:5', 's.yaml:4:8', 's.yaml:4:15', 's.yaml:2:5', 's.yaml:4:8']);
    expect(locate({ path: ['other', 'deep'], onKey: true })).toBe('s.yaml:4:9');
  });

  it.each([
    ['an alias without anchor', 'a: *nope', /^s\.yaml:1:4: \*nope stands for nothing/],
    ['an alias inside itself', 'a: &a [*a]', /^s\.yaml:1:8: \*a stands for nothing/],
    ['an alias bomb', BOMB, /^s\.yaml:6:\d+: more than 100000 values/],
    ['a tag', 'a: !!binary aGVsbG8=', /^s\.yaml:1:\d+: the tag tag:yaml\.org,2002:binary means nothing/],
    ['an unknown tag', 'a: !!js/function x', /^s\.yaml:1:4: Unresolved tag/],
    ['a tag on a mapping', 'a: !!set {a, b}', /^s\.yaml:1:\d+: the tag tag:yaml\.org,2002:set means nothing/],
    ['a mapping as key', '? {a: 1}\n: 2', /^s\.yaml:1:3: a key must be a word/],
    ['nothing as key', ': 2', /^s\.yaml:1:1: a key must be a word/],
    ['a key twice', 'a: 1\nb: 2\na: 3', /^s\.yaml:3:1: the key "a" stands here twice/],
    ['several documents', 'a: 1\n---\nb: 1\n', /^s\.yaml:3:1: a second document begins here/],
    ['depth', '['.repeat(3000), /^s\.yaml:1:\d+: lists and mappings lie deeper than 32/],
    [
      'depth by indent', Array.from(Array(200).keys(), (i) => `${' '.repeat(i)}a:\n`).join(''),
      /^s\.yaml:\d+:\d+: lists/,
    ],
    ['binary data', 'a: 1\nb: \0\x7f', /^s\.yaml:2:4: a control character \(\\u0000\)/],
    ['an open bracket', 'a: [1', /^s\.yaml:1:6: /],
    ['megabytes', 'a: 1\n'.repeat(500_000), /^s\.yaml: 2500000 characters are too many/],
  ])('[exact] refuses %s with its place', (_, text, message) => {
    expect(refusal(text)).toMatch(message);
    expect(refusal(text)).not.toContain('\n');
  });

  it('[exact] a study of many problems names the first, one of no content says what is expected', () => {
    const many = `t: [${'2, '.repeat(50)}]\nphases: [1, "3"]\nsize: ~`;
    expect(() => readStudySpec(many, 's.yaml')).toThrow(/^(s\.yaml:\d+:\d+: .*\n){3}and \d+ more problems$/);
    expect(() => readStudySpec('# nothing\n', 's.yaml')).toThrow('s.yaml: is empty; expected a study');
    expect(() => readStudySpec('scenarios: [8, bm01]', 's.yaml'))
      .toThrow(/^s\.yaml:1:13: scenarios\[0\] must be a mapping[^\n]*, got 8$/);
    expect(() => readStudySpec('size: ~\nphases: [1, "3"]', 's.yaml'))
      .toThrow(/^s\.yaml:2:13: phases\[1\][^\n]*\ns\.yaml:1:7: size must be a whole number of voxels[^\n]*, got null$/);
  });
});
