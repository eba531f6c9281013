/** Puts a text on the clipboard, as a click may without any permission; resolves to whether the browser let it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // the popup has lost the focus, or a policy forbids it
  }
}
