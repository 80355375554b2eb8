/** What the program knows of itself, as it may be given away. */
export interface DiagnosticsView {
  text: string;
}

export interface GoDiagnostics {
  DiagnosticsAPI: { Look(): Promise<DiagnosticsView>; Save(): Promise<string> };
}

export interface DiagnosticsBackend {
  /** Made anew each time; also while the program could not start. */
  diagnostics(): Promise<DiagnosticsView>;
  /** Asks for a place and writes there what was looked at last; resolves to the file's name, "" when no place was chosen. */
  saveDiagnostics(): Promise<string>;
}
