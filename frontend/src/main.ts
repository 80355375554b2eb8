import { mount } from 'svelte';
import App from './App.svelte';
import Outside from './Outside.svelte';
import { keepHere } from './guard';
import { connect, hasProgram } from './lib/backend';
import { Program } from './lib/state/program.svelte';
import './lib/ui/tokens.css';
import './lib/ui/base.css';

async function start(): Promise<void> {
  const target = document.getElementById('app');
  if (!target) return;
  // Under `npm run dev` there is no program: the pretended one takes its place. No build contains it.
  if (import.meta.env.DEV && !hasProgram()) (await import('./lib/backend/fake/install')).install();
  keepHere(document);
  if (hasProgram()) mount(App, { target, props: { program: new Program(connect()) } });
  else mount(Outside, { target });
}

void start();
