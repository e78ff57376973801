import type { JsonObject } from '@braid/core/base/json.ts'
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Stack from '@mui/material/Stack'
import ToggleButton from '@mui/material/ToggleButton'
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup'
import { type ReactNode, useMemo, useState } from 'react'
import { JsonEditor } from '../frame/json-editor.tsx'
import { parseObject } from '../frame/json-text.ts'
import { type DraftValue, draftOf, errorsOf, type FieldErrors, isDraftObject, jsonOf } from './draft.ts'
import { type Field, fieldOf } from './field.ts'
import { FieldView } from './field-view.tsx'
import { type RefusedFields, refusedFields } from './refused-fields.ts'

type Mode = 'form' | 'json'

/** An object while somebody enters it, in a form or as JSON. */
export type ObjectEntry = {
  readonly mode: Mode
  readonly field: Field
  readonly draft: DraftValue
  readonly text: string
  readonly errors: FieldErrors
  /** Why the server refused, as far as it names no field. */
  readonly refusals: readonly string[]
  readonly setMode: (mode: Mode) => void
  readonly setDraft: (draft: DraftValue) => void
  readonly setText: (text: string) => void
  /** The object, or undefined when something is wrong, which is then shown. */
  readonly read: () => JsonObject | undefined
  /** Begins anew with these values. */
  readonly fill: (values: JsonObject) => void
}

const anyObject: JsonObject = { type: 'object' }

/** `refusal`: of the server, for the object at `prefix` of its request (`body.input`). */
export function useObjectEntry(options: {
  readonly schema: JsonObject | undefined
  readonly initial?: JsonObject | undefined
  readonly refusal?: unknown
  readonly prefix: string
}): ObjectEntry {
  const { schema = anyObject, initial, refusal, prefix } = options
  const field = useMemo(() => fieldOf(schema), [schema])
  const onlyJson = field.kind !== 'object' || field.properties.length === 0
  const [chosen, setChosen] = useState<Mode>('form')
  const [draft, setDraft] = useState<DraftValue>(() => draftOf(field, initial))
  const [text, setText] = useState(() => JSON.stringify(initial ?? {}, null, 2))
  const [tried, setTried] = useState(false)
  const refused = useRefusal(refusal, prefix)
  const mode = onlyJson ? 'json' : chosen
  const current = (): JsonObject => (jsonOf(field, draft) ?? {}) as JsonObject
  const errors = tried ? new Map([...refused.fields, ...errorsOf(field, draft)]) : refused.fields
  return {
    mode,
    field,
    draft,
    text,
    errors,
    refusals:
      mode === 'form'
        ? refused.rest
        : [...refused.rest, ...[...refused.fields].map(([path, message]) => `${path}: ${message}`)],
    setMode(next) {
      if (next === 'json') setText(JSON.stringify(current(), null, 2))
      else {
        const parsed = parseObject(text)
        if (parsed.ok) setDraft(draftOf(field, parsed.value))
      }
      setChosen(next)
    },
    setDraft(next) {
      for (const name of changedNames(draft, next)) refused.forget(name)
      setDraft(next)
    },
    setText,
    read() {
      setTried(true)
      if (mode === 'json') {
        const parsed = parseObject(text)
        return parsed.ok ? parsed.value : undefined
      }
      return errorsOf(field, draft).size === 0 ? current() : undefined
    },
    fill(values) {
      setDraft(draftOf(field, values))
      setText(JSON.stringify(values, null, 2))
    },
  }
}

/** What was refused, until the field is changed. */
function useRefusal(refusal: unknown, prefix: string) {
  const told = useMemo<RefusedFields>(() => refusedFields(refusal, prefix), [refusal, prefix])
  const [forgotten, setForgotten] = useState<{
    readonly of: RefusedFields
    readonly names: ReadonlySet<string>
  }>()
  const names = forgotten?.of === told ? forgotten.names : new Set<string>()
  const fields = new Map([...told.fields].filter(([path]) => !names.has(rootOf(path))))
  return {
    fields,
    rest: told.rest,
    forget: (name: string): void => setForgotten({ of: told, names: new Set([...names, name]) }),
  }
}

const rootOf = (path: string): string => /^[^.[]*/.exec(path)?.[0] ?? ''

function changedNames(before: DraftValue, after: DraftValue): readonly string[] {
  if (before === undefined || after === undefined || !isDraftObject(before) || !isDraftObject(after))
    return []
  return Object.keys(after).filter((name) => before[name] !== after[name])
}

/** The fields of an object, or its JSON: people switch between both. */
export function ObjectEditor(props: {
  readonly entry: ObjectEntry
  /** What the JSON is called. */
  readonly label: string
}): ReactNode {
  const { entry, label } = props
  const { field } = entry
  const hasForm = field.kind === 'object' && field.properties.length > 0
  return (
    <Stack spacing={2}>
      {entry.refusals.length > 0 && (
        <Alert severity="error">
          {entry.refusals.map((text) => (
            <div key={text}>{text}</div>
          ))}
        </Alert>
      )}
      {hasForm && (
        <ModeSwitch mode={entry.mode} onMode={entry.setMode} blocked={!parseObject(entry.text).ok} />
      )}
      {entry.mode === 'form' ? (
        <FieldView
          field={field}
          path=""
          required
          value={entry.draft}
          errors={entry.errors}
          onChange={entry.setDraft}
        />
      ) : (
        <JsonEditor label={label} text={entry.text} onChange={entry.setText} />
      )}
    </Stack>
  )
}

function ModeSwitch(props: {
  readonly mode: Mode
  readonly onMode: (mode: Mode) => void
  /** JSON that can't be read has no form. */
  readonly blocked: boolean
}): ReactNode {
  return (
    <Box sx={{ display: 'flex', justifyContent: 'flex-end' }}>
      <ToggleButtonGroup
        exclusive
        size="small"
        value={props.mode}
        aria-label="How to enter it"
        onChange={(_, next: Mode | null) => next !== null && props.onMode(next)}
      >
        <ToggleButton value="form" disabled={props.mode === 'json' && props.blocked} sx={{ py: 0.25 }}>
          Form
        </ToggleButton>
        <ToggleButton value="json" sx={{ py: 0.25 }}>
          JSON
        </ToggleButton>
      </ToggleButtonGroup>
    </Box>
  )
}
