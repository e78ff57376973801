import { useEffect, useState } from 'react'
import { type Content, readStored, type Settings, type Stored, sameContent, writeStored } from './draft.ts'

export type DraftControl = {
  readonly content: Content
  readonly settings: Settings
  /** Something is not saved. */
  readonly changed: boolean
  /** The version that was changed. */
  readonly basedOn: number | undefined
  readonly change: (changes: Partial<Content>) => void
  readonly changeSettings: (changes: Partial<Settings>) => void
  readonly discard: () => void
  /** This is saved now as this version: what was written meanwhile builds on it. */
  readonly settle: (saved: Content, version: number) => void
}

/**
 * What the editor holds: `saved` until something is changed, then the changes, which survive the page.
 * `version` is that of `saved`.
 */
export function useDraft(props: {
  readonly username: string
  readonly scriptKey: string
  readonly saved: Content
  readonly version: number | undefined
}): DraftControl {
  const { username, scriptKey, saved, version } = props
  const [stored, setStored] = useState<Stored>(() => readStored(username, scriptKey))
  useEffect(() => writeStored(username, scriptKey, stored), [username, scriptKey, stored])
  const { draft, settings } = stored
  const differs = draft !== undefined && !sameContent(draft.content, saved)
  return {
    content: draft?.content ?? saved,
    settings,
    changed: differs,
    basedOn: draft?.basedOn ?? version,
    change: (changes) =>
      setStored((before) => {
        const content = { ...(before.draft?.content ?? saved), ...changes }
        const basedOn = before.draft?.basedOn ?? version
        return {
          settings: before.settings,
          ...(sameContent(content, saved)
            ? {}
            : { draft: { content, ...(basedOn === undefined ? {} : { basedOn }) } }),
        }
      }),
    changeSettings: (changes) =>
      setStored((before) => ({ ...before, settings: { ...before.settings, ...changes } })),
    discard: () => setStored((before) => ({ settings: before.settings })),
    settle: (now, basedOn) =>
      setStored((before) => ({
        settings: before.settings,
        ...(before.draft === undefined || sameContent(before.draft.content, now)
          ? {}
          : { draft: { content: before.draft.content, basedOn } }),
      })),
  }
}
