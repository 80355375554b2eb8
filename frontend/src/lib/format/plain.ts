/**
 * Characters that move, hide or reorder text: controls, bidi marks and overrides,
 * zero-width ones. Remote text must not be able to disguise itself with them.
 */
const sly = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

const escaped = (c: string): string => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Remote text made safe to look at: sly characters written out, at most `max` characters. */
export function plain(text: string, max = 300): string {
  const cut = text.length > max ? `${text.slice(0, max)}…` : text;
  return cut.replace(sly, escaped);
}
