import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [svelte()],
  // Vitest runs in Node: without this it would load Svelte's server half.
  resolve: process.env['VITEST'] ? { conditions: ['browser'] } : {},
  build: {
    target: ['chrome111', 'safari16.4'],
    // The content security policy knows no data: fonts and no inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    cssCodeSplit: false,
  },
  // Tests read style sheets too.
  test: { include: ['src/**/*.test.ts'], environment: 'node', css: true },
});
