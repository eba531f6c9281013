/** Saves a text where the browser keeps downloads. */
export function saveAsFile(name: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  link.download = name;
  link.click();
  // The browser has taken the blob by the time the next task runs.
  setTimeout(() => URL.revokeObjectURL(link.href));
}
