/** @type {import('@sveltejs/vite-plugin-svelte').SvelteConfig} */
export default {
  compilerOptions: {
    runes: true,
    // Styles go into the stylesheet file: the window's policy refuses injected <style> elements.
    css: 'external',
  },
};
