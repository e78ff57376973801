/** A script out of a file of the person's own. */

const maxFileBytes = 1_000_000

export type ReadFile =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly message: string }

export async function readScriptFile(file: File): Promise<ReadFile> {
  if (file.size > maxFileBytes)
    return {
      ok: false,
      message: `${file.name} has ${(file.size / 1_000_000).toFixed(1)} MB: expected a file of at most 1 MB.`,
    }
  const notText = {
    ok: false,
    message: `${file.name} is not text in UTF-8: expected the source of a script.`,
  } as const
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer())
    return text.includes('\0') ? notText : { ok: true, text: text.replaceAll('\r\n', '\n') }
  } catch {
    return notText
  }
}
