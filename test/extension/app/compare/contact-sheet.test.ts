import { expect, test } from 'vitest';
import { contactSheetHtml, sheetFileName } from '../../../../extension/app/compare/contact-sheet.ts';

const sheet = {
  title: 'Compare the variants of COLOUR',
  site: 'shop.example',
  language: 'en',
  direction: 'ltr',
  pictures: [{ variant: 'RED', image: 'data:image/png;base64,AAAA', lines: ['"#ff0000"', '1 December 2026'] }],
};

test('the file shows each picture with its variant, value and time', () => {
  const html = contactSheetHtml(sheet);

  expect(html).toContain('<img alt="RED" src="data:image/png;base64,AAAA">');
  expect(html).toContain('<b>RED</b><br>&quot;#ff0000&quot;<br>1 December 2026');
});

test('the file loads nothing and runs no script, whatever the texts of the site are', () => {
  const hostile = '<script>alert(1)</script>"\'&';
  const html = contactSheetHtml({
    ...sheet,
    title: hostile,
    site: hostile,
    pictures: [{ variant: hostile, image: `data:,"${hostile}`, lines: [hostile] }],
  });

  expect(html).not.toContain('<script');
  expect(html).not.toContain('data:,"');
  expect(html).toContain("default-src 'none'; img-src data:; style-src 'unsafe-inline'");
});

test('the name of the file has the flag, without characters that a file system forbids', () => {
  expect(sheetFileName('CHECKOUT.v2')).toBe('gatekeeper-CHECKOUT.v2');
  expect(sheetFileName('a/b:c')).toBe('gatekeeper-a-b-c');
});
