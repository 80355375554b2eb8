/** How well a text fits what was typed, and which of its characters it hit. */
export interface Hit {
  score: number;
  /** Places in the text, rising. */
  at: number[];
}

const atWord = 8;
const running = 6;
const single = 1;
/** Below so much for each character typed, the letters are there by chance. */
const least = 3.2;

/** One flat character for each of the text, so that places stay. */
const flat = (said: string): string[] => [...said].map((c) => (c.normalize('NFKD').replace(/\p{M}/gu, '')[0] ?? c).toLowerCase());
const isWord = (c: string | undefined): boolean => c !== undefined && /[\p{L}\p{N}]/u.test(c);

interface Step {
  score: number;
  at: number[];
}

/** The best way to find the letters of `asked` in this order in `said`; undefined when there is none worth showing. */
export function fuzzy(asked: string, said: string): Hit | undefined {
  const want = flat(asked).filter(isWord);
  const have = flat(said);
  if (want.length === 0) return { score: 0, at: [] };
  // ends[j]: the best way so far whose last letter stands at j.
  let ends: (Step | undefined)[] = [];
  for (const [i, letter] of want.entries()) {
    const next: (Step | undefined)[] = [];
    let before: Step | undefined;
    for (let j = 0; j < have.length; j++) {
      if (have[j] === letter && (i === 0 || before || ends[j - 1])) next[j] = better(i === 0 ? { score: 0, at: [] } : before, ends[j - 1], have, j);
      const end = ends[j - 1];
      // Of two that are as good, the nearer one.
      if (i > 0 && end && (!before || end.score >= before.score)) before = end;
    }
    ends = next;
  }
  const best = ends.reduce<Step | undefined>((a, b) => (b && (!a || b.score > a.score) ? b : a), undefined);
  return best && best.score >= least * want.length ? best : undefined;
}

/** Goes on at j, from a way that ended anywhere before or from the one that ended right before. */
function better(anywhere: Step | undefined, right: Step | undefined, have: string[], j: number): Step {
  const start = !isWord(have[j - 1]);
  const jump = anywhere ? anywhere.score + (start ? atWord : single) : -1;
  const run = right ? right.score + running + (start ? single : 0) : -1;
  return run >= jump && right ? { score: run, at: [...right.at, j] } : { score: jump, at: [...(anywhere?.at ?? []), j] };
}

/**
 * As fuzzy, each word of `asked` for itself in any order, or by how a word of `more` begins.
 * Every one must be found.
 */
export function find(asked: string, title: string, more = ''): Hit | undefined {
  const parts = asked.split(/\s+/).filter((part) => flat(part).some(isWord));
  const others = flat(more).join('').split(/[^\p{L}\p{N}]+/u);
  const whole = fuzzy(asked, title);
  let score = 0;
  const at = new Set<number>();
  for (const part of parts) {
    const letters = flat(part).filter(isWord).join('');
    const hit = fuzzy(part, title) ?? (others.some((one) => one.startsWith(letters)) ? { score: letters.length * least, at: [] } : undefined);
    if (!hit) return whole;
    score += hit.score;
    hit.at.forEach((place) => at.add(place));
  }
  const apart = { score, at: [...at].sort((a, b) => a - b) };
  return whole && whole.score >= score ? whole : apart;
}
