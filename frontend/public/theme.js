// Runs before the first paint, so that no window opens in the wrong colours.
// The choice itself is stored by the program; this is the window's own copy of it.
(function () {
  var choice = 'system';
  try {
    choice = localStorage.getItem('theme') || 'system';
  } catch (e) {
    // No storage here: the desktop's own choice counts until the program answers.
  }
  var dark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
