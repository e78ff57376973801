import { indentWithTab } from '@codemirror/commands'
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { Compartment, EditorState, type Extension, Prec } from '@codemirror/state'
import { EditorView, keymap } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import Box from '@mui/material/Box'
import type { Theme } from '@mui/material/styles'
import { basicSetup } from 'codemirror'
import { type ReactNode, useEffect, useEffectEvent, useRef, useState } from 'react'
import { monospace } from '../theme/theme.ts'
import { loadLanguage } from './editor-languages.ts'
import type { ScriptLanguage } from './language.ts'

type CodeEditorProps = {
  readonly value: string
  readonly language: ScriptLanguage
  readonly label: string
  /** Absent: the code can only be read. */
  readonly onChange?: (value: string) => void
}

/** Code with colours and line numbers. In a bundle of its own: load it when it is shown. */
export function CodeEditor({ value, language, label, onChange }: CodeEditorProps): ReactNode {
  const parent = useRef<HTMLDivElement>(null)
  const [view, setView] = useState<EditorView>()
  const languageSlot = useRef(new Compartment())
  const readOnly = onChange === undefined
  const changed = useEffectEvent((text: string) => onChange?.(text))
  const first = useEffectEvent(() => value)

  useEffect(() => {
    if (parent.current === null) return
    const opened = new EditorView({
      parent: parent.current,
      state: EditorState.create({
        doc: first(),
        extensions: [
          // Belongs to the page around it, which hears of it next.
          Prec.highest(keymap.of([{ key: 'Mod-Enter', run: () => true }])),
          basicSetup,
          keymap.of([indentWithTab]),
          look,
          syntaxHighlighting(highlighting),
          languageSlot.current.of([]),
          EditorView.contentAttributes.of({
            'aria-label': label,
            // Scrolls, and is read: in reach of the keyboard.
            tabindex: '0',
            ...(readOnly ? {} : { 'aria-description': 'Escape, then Tab leaves the editor' }),
          }),
          readOnly ? [EditorState.readOnly.of(true), EditorView.editable.of(false)] : [],
          EditorView.updateListener.of((update) => {
            if (update.docChanged) changed(update.state.doc.toString())
          }),
        ],
      }),
    })
    setView(opened)
    return () => opened.destroy()
  }, [label, readOnly])

  useEffect(() => {
    let wanted = true
    const use = (support: Extension): void => {
      if (wanted) view?.dispatch({ effects: languageSlot.current.reconfigure(support) })
    }
    void loadLanguage(language).then(use, () => use([]))
    return () => {
      wanted = false
    }
  }, [view, language])

  // Set from outside, such as an example: as one change, so that it can be undone.
  useEffect(() => {
    if (view === undefined || view.state.doc.toString() === value) return
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } })
  }, [view, value])

  return (
    <Box
      ref={parent}
      sx={[{ height: '100%', minHeight: 0, '& .cm-editor': { height: '100%' } }, codeColours]}
    />
  )
}

const codeColours = (theme: Theme) => ({
  '--code-keyword': '#8a3fa0',
  '--code-string': '#26764a',
  '--code-number': '#a4510a',
  '--code-comment': '#66727a',
  '--code-name': '#1f5fbf',
  '--code-type': '#0f6f8c',
  ...theme.applyStyles('dark', {
    '--code-keyword': '#d79be8',
    '--code-string': '#8fd0a8',
    '--code-number': '#eab07a',
    '--code-comment': '#8b99a0',
    '--code-name': '#8fb9f5',
    '--code-type': '#7fd0df',
  }),
})

const highlighting = HighlightStyle.define([
  {
    tag: [tags.keyword, tags.modifier, tags.controlKeyword, tags.operatorKeyword],
    color: 'var(--code-keyword)',
  },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: 'var(--code-string)' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: 'var(--code-number)' },
  { tag: [tags.comment, tags.meta], color: 'var(--code-comment)', fontStyle: 'italic' },
  {
    tag: [
      tags.function(tags.variableName),
      tags.function(tags.propertyName),
      tags.definition(tags.function(tags.variableName)),
    ],
    color: 'var(--code-name)',
  },
  { tag: [tags.typeName, tags.className, tags.standard(tags.variableName)], color: 'var(--code-type)' },
])

/** In the colours of the page, which follow its scheme. */
const look = EditorView.theme({
  '&': {
    color: 'var(--braid-palette-text-primary)',
    backgroundColor: 'var(--braid-palette-background-paper)',
    fontSize: '0.8125rem',
  },
  '&.cm-focused': { outline: '2px solid var(--braid-palette-primary-main)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: monospace, lineHeight: '1.55' },
  '.cm-content': { caretColor: 'var(--braid-palette-primary-main)', paddingBlock: '8px' },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--braid-palette-primary-main)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'rgba(var(--braid-palette-primary-mainChannel) / 0.22)',
  },
  '.cm-gutters': {
    color: 'var(--braid-palette-text-secondary)',
    backgroundColor: 'var(--braid-palette-background-default)',
    borderRight: '1px solid var(--braid-palette-divider)',
  },
  '.cm-activeLine': { backgroundColor: 'var(--braid-palette-action-hover)' },
  '.cm-activeLineGutter': {
    color: 'var(--braid-palette-text-primary)',
    backgroundColor: 'var(--braid-palette-action-selected)',
  },
  '.cm-selectionMatch, .cm-searchMatch': {
    backgroundColor: 'color-mix(in srgb, var(--braid-palette-warning-main) 25%, transparent)',
  },
  '&.cm-focused .cm-matchingBracket': {
    backgroundColor: 'var(--braid-palette-action-selected)',
    outline: '1px solid var(--braid-palette-divider)',
  },
  '.cm-foldPlaceholder, .cm-panels, .cm-tooltip': {
    color: 'var(--braid-palette-text-primary)',
    backgroundColor: 'var(--braid-palette-background-default)',
    border: '1px solid var(--braid-palette-divider)',
  },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    color: 'var(--braid-palette-primary-contrastText)',
    backgroundColor: 'var(--braid-palette-primary-main)',
  },
  '.cm-textfield, .cm-button': {
    color: 'inherit',
    backgroundImage: 'none',
    backgroundColor: 'var(--braid-palette-background-paper)',
    border: '1px solid var(--braid-palette-divider)',
    borderRadius: '6px',
  },
})
