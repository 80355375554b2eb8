import { FakeProgram } from './program';
import { arrange } from './scenarios';

declare global {
  interface Window {
    /** The pretended program, where there is one. */
    fake?: FakeProgram;
    /** Which situation to pretend; set before the page loads. */
    scenario?: string;
  }
}

/** Puts the pretended program where Wails puts the real one. */
export function install(): FakeProgram {
  const scenario = window.scenario ?? new URLSearchParams(location.search).get('scenario') ?? 'live';
  const program = arrange(scenario);
  window.fake = program;
  window.go = { app: program.go };
  window.runtime = program.runtime;
  return program;
}
