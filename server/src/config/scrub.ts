/** Takes secrets out of text that leaves the process: log lines, error messages, what applications report. */

/** Turns a text into one without secrets. */
export type Scrub = (text: string) => string

/** Shorter ones stand in every other line. */
export const shortestSecret = 6

export const redacted = '[redacted]'

/** Finds a secret as it is, within JSON and within an address. */
export function createScrub(secrets: readonly string[]): Scrub {
  const forms = new Set(
    secrets
      .filter((secret) => secret.length >= shortestSecret)
      .flatMap((secret) => [
        secret,
        JSON.stringify(secret).slice(1, -1),
        encodeURIComponent(secret.toWellFormed()),
        encodeURI(secret.toWellFormed()),
        // A file's secret may have lines, which logs show one by one.
        ...secret.split('\n').filter((line) => line.length >= 2 * shortestSecret),
      ]),
  )
  if (forms.size === 0) return (text) => text
  // The longest first: one may be a part of another.
  const alternatives = [...forms].toSorted((a, b) => b.length - a.length).map((form) => RegExp.escape(form))
  const pattern = new RegExp(alternatives.join('|'), 'g')
  return (text) => text.replace(pattern, redacted)
}
