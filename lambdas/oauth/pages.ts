const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

/** A small page with a title, a few sentences and, if there is something to decide, one button. */
const page = (
  title: string,
  sentences: readonly string[],
  form?: { button: string; proof: string },
): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 4rem auto; padding: 0 1.25rem; color: #1b1b1f; background: #fff; }
h1 { font-size: 1.4rem; line-height: 1.25; }
button { font: inherit; padding: .7rem 1.2rem; border: 0; border-radius: .5rem; background: #4a55b8; color: #fff; cursor: pointer; }
p, h1 { overflow-wrap: anywhere; }
</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
${sentences.map((sentence) => `<p>${escaped(sentence)}</p>`).join('\n')}
${form ? `<form method="post"><input type="hidden" name="page" value="${escaped(form.proof)}"><button>${escaped(form.button)}</button></form>` : ''}
</main>
</body>
</html>
`;

export const confirmPage = (ownerId: string, proof: string): string =>
  page(
    'Connect Linear',
    [
      `${ownerId} will own this connection.`,
      'Linear will ask you to approve it for your whole workspace. Continue only if you know who this is.',
    ],
    { button: 'Continue to Linear', proof },
  );

export const connectedPage = (organizationName: string): string =>
  page(`${organizationName} is connected`, ['Its projects are being read now. You can close this page.']);

export const failurePage = (message: string): string => page('Not connected', [message]);
