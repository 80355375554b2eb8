import { describe, expect, it, vi } from 'vitest';
import { connect } from '../backend';
import { FakeProgram } from '../backend/fake/program';
import { CommandLayers } from '../commands/layers.svelte';
import type { Program } from './program.svelte';
import type { Route } from './router.svelte';
import { TrayState } from './tray.svelte';

const settle = (): Promise<void> => new Promise((done) => setTimeout(done, 5));
const backendOf = (program: FakeProgram) => connect({ go: { app: program.go }, runtime: program.runtime });

describe('U-4 the tray', () => {
  it('is known once read, and follows the desktop', async () => {
    const program = new FakeProgram(2);
    const tray = new TrayState(backendOf(program));
    const off = tray.start();
    await settle();
    expect(tray.view?.tray).toBe('shown');
    program.hostTray(false);
    expect([tray.view?.tray, tray.view?.hint]).toEqual(['none', expect.stringContaining('AppIndicator')]);
    off();
    program.hostTray(true);
    expect(tray.view?.tray).toBe('none');
  });

  it('is what was pushed, when that came before the answer', async () => {
    const program = new FakeProgram(2);
    const tray = new TrayState(backendOf(program));
    const off = tray.start();
    program.push('tray:changed', { tray: 'none', hint: 'pushed' });
    await settle();
    expect(tray.view?.hint).toBe('pushed');
    off();
  });

  it('leads the page anywhere, with nothing on top of it', () => {
    vi.stubGlobal('navigator', { platform: 'Linux' });
    const went: Route[] = [];
    const layers = new CommandLayers({ router: { go: (route: Route) => void went.push(route) } } as Program);
    layers.open = 'shortcuts';
    for (const route of ['#/settings', '#/night/2026-11-20', 'javascript:alert(1)']) layers.arrive(route);
    vi.unstubAllGlobals();
    expect(layers.open).toBeUndefined();
    expect(went).toEqual([{ screen: 'settings' }, { screen: 'night', day: '2026-11-20' }, { screen: 'today' }]);
  });
});
