const browsers: readonly (readonly [RegExp, string])[] = [
  // Others name Chrome and Safari too, so they come first.
  [/\bEdg(e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/(Chrome|CriOS)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
]

const systems: readonly (readonly [RegExp, string])[] = [
  [/\b(iPhone|iPad)\b/, 'iOS'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
]

const nameIn = (names: readonly (readonly [RegExp, string])[], text: string): string | undefined =>
  names.find(([pattern]) => pattern.test(text))?.[1]

/** What a `User-Agent` says, in words that a person recognises; other programs say themselves what they are. */
export function browserText(userAgent: string | undefined): string {
  if (userAgent === undefined || userAgent === '') return 'Unknown program'
  const [browser, system] = [nameIn(browsers, userAgent), nameIn(systems, userAgent)]
  if (browser === undefined) return userAgent.split(' ', 1)[0]?.slice(0, 60) ?? 'Unknown program'
  return system === undefined ? browser : `${browser} on ${system}`
}
