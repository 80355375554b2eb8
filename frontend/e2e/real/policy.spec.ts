import { expect, test } from '@playwright/test';

/**
 * S-44 and S-46 against the headers that the program itself sends: what a script
 * smuggled into the page could try is blocked, and messages from Go still arrive.
 */
test('S-44 nothing foreign runs, loads or is framed', async ({ page }) => {
  const blocked: string[] = [];
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) blocked.push(message.text());
  });
  const foreign: string[] = [];
  page.on('requestfinished', (request) => {
    if (!request.url().startsWith('http://127.0.0.1:24199/') && !request.url().startsWith('data:')) foreign.push(request.url());
  });
  const answer = await page.goto('/');
  expect(answer?.headers()['content-security-policy']).toContain("frame-src 'none'");

  const directives = await page.evaluate(async () => {
    const seen: string[] = [];
    document.addEventListener('securitypolicyviolation', (event) => seen.push(event.effectiveDirective));
    const spot = document.body;
    const script = document.createElement('script');
    script.textContent = 'window.ran = "inline script"';
    spot.append(script);
    const handler = document.createElement('button');
    handler.setAttribute('onclick', 'window.ran = "inline handler"');
    spot.append(handler);
    handler.click();
    setTimeout('window.ran = "eval"' as unknown as () => void, 0);
    await fetch('https://foreign.example/').catch(() => undefined);
    const image = document.createElement('img');
    image.src = 'https://foreign.example/x.png';
    spot.append(image);
    const frame = document.createElement('iframe');
    frame.src = 'https://foreign.example/';
    spot.append(frame);
    const sheet = document.createElement('style');
    sheet.textContent = 'body { outline: 9px solid red }';
    spot.append(sheet);
    await new Promise((done) => setTimeout(done, 300));
    for (const node of [script, handler, image, frame, sheet]) node.remove();
    return seen;
  });
  expect(await page.evaluate(() => (window as unknown as { ran?: string }).ran)).toBeUndefined();
  for (const directive of ['script-src-elem', 'script-src-attr', 'connect-src', 'img-src', 'frame-src', 'style-src-elem']) {
    expect(directives).toContain(directive);
  }
  expect(blocked.length).toBeGreaterThan(5);
  expect(foreign).toEqual([]);
});

test('S-46 the page never leaves its origin', async ({ page, context }) => {
  await page.goto('/');
  const origin = new URL(page.url()).origin;
  for (const address of await page.locator('a[href]').evaluateAll((links) => links.map((l) => (l as HTMLAnchorElement).href))) {
    expect(new URL(address).origin).toBe(origin);
  }
  await page.locator('body').evaluate((body) => {
    const data = new DataTransfer();
    data.setData('text/uri-list', 'https://foreign.example/');
    body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
  });
  expect(new URL(page.url()).origin).toBe(origin);
  expect(context.pages().length).toBe(1);
});
