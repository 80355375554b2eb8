import { FakeProgram } from './program';
import { arrange, rearrange } from './scenarios';

declare global {
  interface Window {
    /** The pretended program, where there is one. */
    fake?: FakeProgram;
    /** Which situation to pretend; set before the page loads. */
    scenario?: string;
    /** Brings the pretended program into another situation while the page runs. */
    rearrange?: (name: string) => void;
  }
}

/** Puts the pretended program where Wails puts the real one. */
export function install(): FakeProgram {
  const scenario = window.scenario ?? new URLSearchParams(location.search).get('scenario') ?? 'live';
  const program = arrange(scenario);
  window.fake = program;
  window.rearrange = (name) => rearrange(program, name);
  window.go = { app: program.go };
  window.runtime = program.runtime;
  return program;
}
