'use strict';

// Asks for the token, loads the description of the API with it and shows that.
// The token lives in this page's memory alone.
const form = document.getElementById('door');
const field = document.getElementById('token');
const said = document.getElementById('said');

async function load(token) {
  const answer = await fetch('/openapi.json', { headers: { Authorization: `Bearer ${token}` }, credentials: 'omit' });
  const content = await answer.json();
  if (!answer.ok) throw new Error(content.detail);
  return content;
}

function show(spec, token) {
  const ui = SwaggerUIBundle({
    spec,
    dom_id: '#calls',
    validatorUrl: null, // nothing is sent to anybody
    tryItOutEnabled: true,
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
    onComplete: () => ui.preauthorizeApiKey('bearer', token),
  });
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  said.textContent = '';
  const token = field.value.trim();
  try {
    const spec = await load(token);
    form.hidden = true;
    field.value = '';
    show(spec, token);
  } catch (err) {
    said.textContent = err instanceof TypeError ? 'The program does not answer. Start it, then try again.' : err.message;
  }
});
