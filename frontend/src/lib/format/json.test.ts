import { describe, expect, it } from 'vitest';
import { parseJson, prettyJson, writeJson } from './json';
import { delta, diffJson, excerpt, pathText, type Change } from './jsondiff';

const round = (source: string): string | undefined => {
  const node = parseJson(source);
  return node && writeJson(node);
};

function diff(before: string, after: string): Change[] {
  const a = parseJson(before);
  const b = parseJson(after);
  if (!a || !b) throw new Error('test data is not JSON');
  return diffJson(a, b);
}

const brief = (changes: Change[]): string[] => changes.map((c) => `${c.kind} ${pathText(c.path)}`);

describe('parseJson', () => {
  it.each(['62.0', '12345678901234567890', '-0', '1e5', '1.50', '"é\\n"', 'null', '[]', '{}', '[1,[2,{"a":null}]]', '{"b":1,"a":2,"10":3,"2":4}', '{"__proto__":1,"a":{"constructor":2}}'])(
    'keeps %s as it is written',
    (source) => {
      expect(round(source)).toBe(source.replace('\\u00e9', 'é'));
    },
  );

  it.each(['', '{', '[1,]', '{"a":}', '{a:1}', '01', '1 2', '"', '"\n"', 'nul', "{'a':1}", '[1 2]', '+1', '.5', '{"a":1,}', 'undefined'])('refuses %j, as JSON.parse does', (source) => {
    expect(() => JSON.parse(source)).toThrow();
    expect(parseJson(source)).toBeUndefined();
  });

  it('refuses what is nested too deep, without breaking', () => {
    expect(parseJson('['.repeat(100_000))).toBeUndefined();
    expect(parseJson('['.repeat(50) + ']'.repeat(50))).toBeDefined();
  });

  it('reads a megabyte of text in good time', () => {
    const start = performance.now();
    expect(round(`["${'x'.repeat(1_000_000)}"]`)?.length).toBe(1_000_004);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it('pretty-prints, and leaves what is not JSON alone', () => {
    expect(prettyJson('{"a":[1.0,{}],"b":null}')).toBe('{\n  "a": [\n    1.0,\n    {}\n  ],\n  "b": null\n}');
    expect(prettyJson('not json')).toBe('not json');
  });
});

describe('diffJson', () => {
  it('finds nothing between equal documents', () => {
    expect(diff('{"a":1,"b":[1,2]}', '{"b":[1,2],"a":1}')).toEqual([]);
  });

  it('tells added, removed and changed apart', () => {
    const changes = diff('{"score":70,"gone":true,"c":{"x":1}}', '{"score":78,"c":{"x":2,"y":null}}');
    expect(brief(changes)).toEqual(['changed score', 'changed c.x', 'added c.y', 'removed gone']);
  });

  it('tells null from absent, and a number from its text', () => {
    expect(brief(diff('{"a":null}', '{}'))).toEqual(['removed a']);
    expect(brief(diff('{"a":1}', '{"a":"1"}'))).toEqual(['changed a']);
    expect(brief(diff('{"a":1.0}', '{"a":1}'))).toEqual(['changed a']);
  });

  it('makes one change of a series of values', () => {
    const [change, ...rest] = diff('{"hr":[60,61,62]}', '{"hr":[60,65,62,63]}');
    expect(rest).toEqual([]);
    expect(change?.differing).toEqual({ count: 2, of: 4 });
  });

  it('goes into lists of objects', () => {
    expect(brief(diff('{"e":[{"t":1},{"t":2}]}', '{"e":[{"t":1},{"t":3},{"t":4}]}'))).toEqual(['changed e[1].t', 'added e[2]']);
  });

  it('is not led astray by special keys', () => {
    expect(brief(diff('{"__proto__":{"a":1}}', '{"__proto__":{"a":2}}'))).toEqual(['changed __proto__.a']);
  });

  it('says by how much a number moved', () => {
    expect(diff('{"a":78,"b":0.3,"c":5,"d":"x"}', '{"a":81,"b":-0.2,"c":5.0,"d":"y"}').map(delta)).toEqual(['+3', '−0.5', '', '']);
  });
});

describe('excerpt', () => {
  it('shows short values whole', () => {
    expect(excerpt('1', '2')).toEqual(['1', '2']);
  });

  it('cuts long ones to where they begin to differ', () => {
    const [a, b] = excerpt(`${'1'.repeat(200)}2${'3'.repeat(90)}`, `${'1'.repeat(200)}4${'3'.repeat(90)}`);
    expect(a).toMatch(/^…1{18}23+…$/);
    expect(b).toMatch(/^…1{18}43+…$/);
  });
});
