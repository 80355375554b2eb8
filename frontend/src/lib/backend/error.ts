const general = 'Something went wrong inside Oura Streaming. The log has the details.';

/**
 * A failure on the Go side: `code` for the program, `message` for the person.
 * Go sends it as the text `{"code":"…","message":"…"}`.
 */
export class BackendError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'BackendError';
    this.code = code;
  }

  /** Takes apart whatever a call was rejected with. What it cannot read becomes `internal`. */
  static from(thrown: unknown): BackendError {
    if (thrown instanceof BackendError) return thrown;
    const text = thrown instanceof Error ? thrown.message : thrown;
    return fromView(typeof text === 'string' ? parse(text) : text) ?? new BackendError('internal', general);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fromView(view: unknown): BackendError | undefined {
  if (typeof view !== 'object' || view === null) return undefined;
  const code = 'code' in view ? view.code : undefined;
  const message = 'message' in view ? view.message : undefined;
  if (typeof code !== 'string' || code === '') return undefined;
  return new BackendError(code, typeof message === 'string' && message !== '' ? message : general);
}
