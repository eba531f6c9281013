import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { builtExtension } from '../drivers/built-extension.ts';

/** Copies the built extension into a folder, with host permission for every http site. */
export function lenientExtension(folder: string): string {
  cpSync(builtExtension('chrome'), folder, { recursive: true });
  const file = `${folder}/manifest.json`;
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...manifest, host_permissions: ['http://*/*'] }));
  return folder;
}
