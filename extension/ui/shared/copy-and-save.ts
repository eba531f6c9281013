/** Writes a string to the clipboard, which a click may do without permission; resolves to whether that succeeded. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // the popup has lost the focus, or a policy forbids it
  }
}

/** Saves a string as a file in the browser's downloads, by default as a JSON file. */
export function saveAsFile(name: string, text: string | Blob, type = 'application/json'): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  // The browser has read the blob before the next task runs.
  setTimeout(() => URL.revokeObjectURL(link.href));
}

/** Writes a PNG image to the clipboard, which a click may do without permission; resolves to whether that succeeded. */
export async function copyImage(image: Promise<Blob>): Promise<boolean> {
  try {
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': image })]);
    return true;
  } catch {
    return false; // the window has lost the focus, or a policy forbids it
  }
}
