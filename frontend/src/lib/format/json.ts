/**
 * JSON as it was written: numbers keep their digits (JSON.parse would turn 62.0
 * into 62), objects keep the order of their keys, and no key is special.
 */
export type JsonNode =
  | { kind: 'object'; entries: [key: string, value: JsonNode][] }
  | { kind: 'array'; items: JsonNode[] }
  | { kind: 'string'; value: string }
  | { kind: 'number'; literal: string }
  | { kind: 'word'; word: 'true' | 'false' | 'null' };

/** Deeper than anything Oura sends and than the program accepts. */
const deepest = 64;

/** Parses one JSON value. Undefined when the text is not JSON or nested too deep. */
export function parseJson(source: string): JsonNode | undefined {
  try {
    return new Parser(source).document();
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}

const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
/** What a text cannot hold without an escape, and what escapes. */
const special = /[\u0000-\u001f\\]/;

class Parser {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  document(): JsonNode {
    const node = this.#value(0);
    this.#space();
    if (this.#at < this.#source.length) this.#fail();
    return node;
  }

  #value(depth: number): JsonNode {
    if (depth > deepest) this.#fail();
    this.#space();
    const c = this.#source[this.#at];
    if (c === '{') return this.#object(depth);
    if (c === '[') return this.#array(depth);
    if (c === '"') return { kind: 'string', value: this.#string() };
    return this.#literal();
  }

  #object(depth: number): JsonNode {
    const entries: [string, JsonNode][] = [];
    this.#list('}', () => {
      this.#space();
      const key = this.#string();
      this.#space();
      if (this.#source[this.#at++] !== ':') this.#fail();
      entries.push([key, this.#value(depth + 1)]);
    });
    return { kind: 'object', entries };
  }

  #array(depth: number): JsonNode {
    const items: JsonNode[] = [];
    this.#list(']', () => items.push(this.#value(depth + 1)));
    return { kind: 'array', items };
  }

  /** Reads from an opening bracket to `close`, one element at a time. */
  #list(close: string, element: () => void): void {
    this.#at++;
    this.#space();
    if (this.#source[this.#at] === close) {
      this.#at++;
      return;
    }
    for (;;) {
      element();
      this.#space();
      const c = this.#source[this.#at++];
      if (c === close) return;
      if (c !== ',') this.#fail();
    }
  }

  #string(): string {
    const start = this.#at;
    if (this.#source[start] !== '"') this.#fail();
    // Most texts hold nothing to decode, and a document has tens of thousands.
    const end = this.#source.indexOf('"', start + 1);
    const plain = this.#source.slice(start + 1, end);
    if (end > 0 && !special.test(plain)) {
      this.#at = end + 1;
      return plain;
    }
    for (this.#at++; this.#at < this.#source.length; this.#at++) {
      const c = this.#source[this.#at];
      if (c === '\\') this.#at++;
      else if (c === '"') return JSON.parse(this.#source.slice(start, ++this.#at)) as string;
    }
    return this.#fail();
  }

  #literal(): JsonNode {
    scalar.lastIndex = this.#at;
    const found = scalar.exec(this.#source)?.[0];
    if (found === undefined || found === '') return this.#fail();
    this.#at += found.length;
    if (found === 'true' || found === 'false' || found === 'null') return { kind: 'word', word: found };
    return { kind: 'number', literal: found };
  }

  #space(): void {
    for (let c = this.#source.charCodeAt(this.#at); c === 32 || c === 10 || c === 13 || c === 9; c = this.#source.charCodeAt(this.#at)) this.#at++;
  }

  #fail(): never {
    throw new SyntaxError(`not JSON at ${this.#at}`);
  }
}

/** Writes a node as JSON; with `indent`, over several lines. */
export function writeJson(node: JsonNode, indent = '', margin = ''): string {
  const inner = margin + indent;
  const join = (open: string, parts: string[], close: string): string => {
    if (parts.length === 0) return open + close;
    if (indent === '') return open + parts.join(',') + close;
    return `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${margin}${close}`;
  };
  switch (node.kind) {
    case 'object':
      return join('{', node.entries.map(([k, v]) => `${JSON.stringify(k)}:${indent && ' '}${writeJson(v, indent, inner)}`), '}');
    case 'array':
      return join('[', node.items.map((v) => writeJson(v, indent, inner)), ']');
    case 'string':
      return JSON.stringify(node.value);
    case 'number':
      return node.literal;
    case 'word':
      return node.word;
  }
}

/** Stored JSON text over several lines; text that is not JSON stays as it is. */
export function prettyJson(source: string): string {
  const node = parseJson(source);
  return node ? writeJson(node, '  ') : source;
}

/** How many values are directly inside: 0 for scalars. */
export function sizeOf(node: JsonNode): number {
  if (node.kind === 'object') return node.entries.length;
  return node.kind === 'array' ? node.items.length : 0;
}
