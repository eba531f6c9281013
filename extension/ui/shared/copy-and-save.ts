/** Puts a text on the clipboard, as a click may without any permission; resolves to whether the browser let it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // the popup has lost the focus, or a policy forbids it
  }
}

/** Saves a text where the browser keeps downloads. */
export function saveAsFile(name: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  link.download = name;
  link.click();
  // The browser has taken the blob by the time the next task runs.
  setTimeout(() => URL.revokeObjectURL(link.href));
}
