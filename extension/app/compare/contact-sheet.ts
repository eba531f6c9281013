/** A picture and what stands below it. */
export interface SheetPicture {
  readonly variant: string;
  readonly image: string;
  /** The lines below the variant: its value, what the site used, and the time. */
  readonly lines: readonly string[];
}

export interface ContactSheet {
  readonly title: string;
  readonly site: string;
  readonly language: string;
  readonly direction: string;
  readonly pictures: readonly SheetPicture[];
}

/** The sheet as one HTML file. It loads nothing and runs no script. */
export function contactSheetHtml({ title, site, language, direction, pictures }: ContactSheet): string {
  const figures = pictures.map(({ variant, image, lines }) => {
    const caption = [`<b>${escapeHtml(variant)}</b>`, ...lines.map(escapeHtml)].join('<br>');
    return `<figure><img alt="${escapeHtml(variant)}" src="${escapeHtml(image)}"><figcaption>${caption}</figcaption></figure>`;
  });
  return `<!doctype html>
<html lang="${escapeHtml(language)}" dir="${escapeHtml(direction)}">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>
body { margin: 24px; font: 15px/1.5 system-ui, sans-serif; }
main { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(420px, 100%), 1fr)); gap: 24px; }
figure { margin: 0; }
img { width: 100%; border: 1px solid #c3c9d2; }
figcaption { overflow-wrap: anywhere; }
</style>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(site)}</p>
<main>
${figures.join('\n')}
</main>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

/** The name of a file for a sheet, without its extension. A flag's name has no other characters than these. */
export function sheetFileName(flag: string): string {
  return `gatekeeper-${flag.replace(/[^\w.-]/g, '-')}`;
}
