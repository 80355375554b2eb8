/** Reads tokens.css. Only tests use it. */

export const appearances = ['light', 'dark', 'light, more contrast', 'dark, more contrast'] as const;
export type Appearance = (typeof appearances)[number];

interface Block {
  /** What stands before its braces, outer ones first. */
  under: string;
  values: [string, string][];
}

/** The custom properties of a style sheet, block by block. */
export function blocks(css: string): Block[] {
  const out: Block[] = [];
  const under: string[] = [];
  for (const [, head, line] of css.replace(/\/\*[\s\S]*?\*\//g, '').matchAll(/([^{};]*)\{|([^{};]+);|\}/g)) {
    if (head !== undefined) {
      under.push(head.trim());
      out.push({ under: under.join(' '), values: [] });
    } else if (line === undefined) under.pop();
    else {
      const [, name, value] = /^\s*(--[\w-]+):\s*([\s\S]*)$/.exec(line) ?? [];
      if (name && value) out.findLast((block) => block.under === under.join(' '))?.values.push([name, value.trim()]);
    }
  }
  return out;
}

/** What each token is in an appearance. */
export function tokens(css: string, of: Appearance): Map<string, string> {
  const dark = of.startsWith('dark');
  const more = of.endsWith('more contrast');
  const counts = ({ under }: Block): boolean =>
    !under.includes('forced-colors') && (more || !under.includes('prefers-contrast')) && (dark || !under.includes("data-theme='dark'"));
  return new Map(blocks(css).filter(counts).flatMap((block) => block.values));
}

/** The names that the system's own colours replace. */
export function forced(css: string): Map<string, string> {
  return new Map(blocks(css).filter(({ under }) => under.includes('forced-colors')).flatMap((block) => block.values));
}
