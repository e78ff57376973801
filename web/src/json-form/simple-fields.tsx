import Checkbox from '@mui/material/Checkbox'
import FormControl from '@mui/material/FormControl'
import FormControlLabel from '@mui/material/FormControlLabel'
import FormHelperText from '@mui/material/FormHelperText'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import { type ReactNode, useState } from 'react'
import { parseValue } from '../frame/json-text.ts'
import { monospace } from '../theme/theme.ts'
import { type DraftValue, Unreadable } from './draft.ts'
import type {
  BooleanField,
  ChoiceField,
  JsonField,
  NumberField,
  TextInput,
  TextField as TextKind,
} from './field.ts'
import type { FieldProps } from './field-props.ts'

/** What MUI's text fields share here. */
const common = ({ field, path, required, errors }: FieldProps) => {
  const error = errors.get(path)
  return {
    name: path,
    label: field.title,
    required,
    fullWidth: true,
    error: error !== undefined,
    helperText: error ?? field.description ?? '',
  }
}

const inputTypes: Record<TextInput, string> = {
  text: 'text',
  multiline: 'text',
  email: 'email',
  url: 'url',
  password: 'password',
  date: 'date',
  'date-time': 'datetime-local',
  time: 'time',
}
const pickers: ReadonlySet<TextInput> = new Set(['date', 'date-time', 'time'])

export function TextView(props: FieldProps<TextKind>): ReactNode {
  const { field, value, onChange } = props
  const text = typeof value === 'string' ? value : value == null ? '' : JSON.stringify(value)
  const moment = field.input === 'date-time'
  return (
    <TextField
      {...common(props)}
      type={inputTypes[field.input]}
      value={moment ? localTime(text) : text}
      multiline={field.input === 'multiline'}
      minRows={3}
      maxRows={12}
      placeholder={field.example ?? ''}
      onChange={({ target }) => onChange(moment ? instantOf(target.value) : target.value)}
      slotProps={{
        ...(pickers.has(field.input) ? { inputLabel: { shrink: true } } : {}),
        htmlInput: { autoComplete: field.input === 'password' ? 'new-password' : 'off' },
      }}
    />
  )
}

/** An instant as the browser's own picker wants it: local, without a zone. */
function localTime(text: string): string {
  const at = Date.parse(text)
  if (Number.isNaN(at)) return text
  const local = new Date(at - new Date(at).getTimezoneOffset() * 60_000)
  return local.toISOString().slice(0, local.getUTCSeconds() === 0 ? 16 : 19)
}

function instantOf(local: string): string {
  const at = Date.parse(local)
  return Number.isNaN(at) ? local : new Date(at).toISOString()
}

/** The text is kept as it is typed: "1." is on its way to "1.5". */
export function NumberView(props: FieldProps<NumberField>): ReactNode {
  const { field, value, onChange } = props
  const given = value == null ? '' : String(value)
  const [typed, setTyped] = useState(given)
  const text = readNumber(typed) === value || typed === given ? typed : given
  return (
    <TextField
      {...common(props)}
      value={text}
      onChange={({ target }) => {
        setTyped(target.value)
        onChange(readNumber(target.value))
      }}
      slotProps={{ htmlInput: { inputMode: field.integer ? 'numeric' : 'decimal', autoComplete: 'off' } }}
    />
  )
}

function readNumber(text: string): DraftValue {
  const trimmed = text.trim().replace(',', '.')
  if (trimmed === '') return undefined
  const number = Number(trimmed)
  return Number.isFinite(number) ? number : text
}

export function BooleanView(props: FieldProps<BooleanField>): ReactNode {
  const { field, path, errors, value, onChange } = props
  const help = errors.get(path) ?? field.description
  return (
    <FormControl error={errors.has(path)}>
      <FormControlLabel
        label={field.title}
        control={
          <Checkbox
            name={path}
            size="small"
            checked={value === true}
            onChange={({ target }) => onChange(target.checked)}
          />
        }
      />
      {help !== undefined && <FormHelperText sx={{ ml: 4, mt: -0.5 }}>{help}</FormHelperText>}
    </FormControl>
  )
}

const none = ''

export function ChoiceView(props: FieldProps<ChoiceField>): ReactNode {
  const { field, required, value, onChange } = props
  const chosen = field.choices.findIndex((choice) => JSON.stringify(choice.value) === JSON.stringify(value))
  return (
    <TextField
      {...common(props)}
      select
      value={chosen < 0 ? none : String(chosen)}
      onChange={({ target }) =>
        onChange(target.value === none ? undefined : field.choices[Number(target.value)]?.value)
      }
    >
      {!required && (
        <MenuItem value={none}>
          <em>Nothing</em>
        </MenuItem>
      )}
      {field.choices.map(({ value: one, label }, index) => (
        <MenuItem key={JSON.stringify(one)} value={String(index)}>
          {label}
        </MenuItem>
      ))}
    </TextField>
  )
}

const readJson = (text: string): DraftValue => {
  if (text.trim() === '') return undefined
  const parsed = parseValue(text)
  return parsed === undefined ? new Unreadable(text) : (parsed.value as DraftValue)
}

/** For what a schema leaves open: any JSON. */
export function JsonView(props: FieldProps<JsonField>): ReactNode {
  const { value, onChange } = props
  const [typed, setTyped] = useState(() => (value === undefined ? '' : JSON.stringify(value, null, 2)))
  const shared = common(props)
  return (
    <TextField
      {...shared}
      helperText={shared.helperText === '' ? 'JSON' : shared.helperText}
      value={typed}
      multiline
      minRows={2}
      maxRows={12}
      onChange={({ target }) => {
        setTyped(target.value)
        onChange(readJson(target.value))
      }}
      slotProps={{
        input: { sx: { fontFamily: monospace, fontSize: '0.8125rem' } },
        htmlInput: { spellCheck: false, autoCapitalize: 'off' },
      }}
    />
  )
}
