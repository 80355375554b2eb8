import { parse } from 'svelte/compiler';
import { describe, expect, it } from 'vitest';
import { text } from './text';

/** All that a reader can see or hear stands in lib/text.ts and lib/texts: a second language needs no look at anything else. */
const sources = Object.entries(import.meta.glob<string>(['../**/*.svelte', '../**/*.ts', '!../**/*.test.ts', '!./text.ts', '!./texts/**', '!./backend/fake/**'], { query: '?raw', import: 'default', eager: true }));

interface Node {
  type: string;
  [key: string]: unknown;
}

/** Names of attributes and props whose text is for readers. */
const told = /^(aria-label|aria-description|aria-roledescription|aria-valuetext|title|alt|placeholder|label|text|hint|name|what|summary|problem|praise|unit)$/;
/** Words of a language, not codes: a capital and small letters, or several words. */
const readsAsWords = (said: string): boolean => /^\p{Lu}\p{Ll}+$/u.test(said.trim()) || /\p{L}{2,} +\p{L}{2,}/u.test(said);

function literals(node: unknown, inTemplate: boolean, found: string[]): void {
  if (Array.isArray(node)) return node.forEach((one) => literals(one, inTemplate, found));
  if (typeof node !== 'object' || node === null) return;
  const n = node as Node;
  if (n.type === 'Comment' || n.type === 'StyleSheet' || n.type === 'StyleDirective') return;
  if (n.type === 'Text' && inTemplate && /\p{L}{2,}/u.test(String(n['data']))) found.push(String(n['data']).trim());
  if (n.type === 'Attribute') return attribute(n, found);
  if (n.type === 'Literal' && inTemplate && typeof n['value'] === 'string' && readsAsWords(n['value'])) found.push(n['value']);
  if (n.type === 'TemplateElement' && inTemplate) {
    const said = String((n['value'] as { cooked?: string }).cooked ?? '');
    if (readsAsWords(said)) found.push(said.trim());
  }
  for (const [key, child] of Object.entries(n)) if (key !== 'parent' && key !== 'metadata') literals(child, inTemplate, found);
}

function attribute(n: Node, found: string[]): void {
  const name = String(n['name']);
  const parts = Array.isArray(n['value']) ? (n['value'] as Node[]) : [n['value'] as Node];
  for (const part of parts) {
    if (part?.type === 'Text' && told.test(name) && /\p{L}{2,}/u.test(String(part['data']))) found.push(`${name}="${String(part['data'])}"`);
    // class={selected ? 'Is chosen' : ''} is no text; words in what is told are.
    if (part?.type === 'ExpressionTag' && (told.test(name) || name.startsWith('on'))) literals(part['expression'], true, found);
  }
}

describe('every text stands in one place', () => {
  // Every component is parsed: that takes its time beside other tests.
  it('no template writes words of its own', { timeout: 60_000 }, () => {
    const found = sources
      .filter(([name]) => name.endsWith('.svelte'))
      .flatMap(([name, source]) => {
        const tree = parse(source, { modern: true });
        const own: string[] = [];
        literals(tree.fragment, true, own);
        return own.map((said) => `${name}: ${said}`);
      });
    expect(found).toEqual([]);
  });

  it('no script shows words of its own', () => {
    const found = sources.flatMap(([name, source]) => {
      return source.split('\n').flatMap((line, i) => (/toasts\.show\(\s*['"`]|\b(label|title|text|hint|placeholder): '[^']*\p{L}{2,} +\p{L}{2,}/u.test(line) ? [`${name}:${i + 1}: ${line.trim()}`] : []));
    });
    expect(found).toEqual([]);
  });

  it('finds them where there are any', () => {
    const of = (source: string): string[] => {
      const found: string[] = [];
      literals(parse(source, { modern: true }).fragment, true, found);
      return found;
    };
    expect(of('<p>Hello</p>')).toEqual(['Hello']);
    expect(of('<b aria-label="Close it">·</b>')).toEqual(['aria-label="Close it"']);
    expect(of("<p>{ok ? 'Done' : code}</p>")).toEqual(['Done']);
    expect(of('<p>{`${n} new events`}</p>')).toEqual(['new events']);
    expect(of("<p class=\"one two\" data-kind={'Some Kind'}>{text.a}, {format(a, 'short')}</p>")).toEqual([]);
  });

  it('no text is a stub', () => {
    const walk = (value: unknown, path: string): string[] => {
      if (typeof value === 'string') return /TODO|lorem|xxx/i.test(value) ? [path] : [];
      if (value instanceof RegExp || typeof value !== 'object' || value === null) return [];
      return Object.entries(value).flatMap(([key, child]) => walk(child, `${path}.${key}`));
    };
    expect(walk(text, 'text')).toEqual([]);
  });
});
