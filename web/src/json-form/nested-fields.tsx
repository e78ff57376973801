import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import FormHelperText from '@mui/material/FormHelperText'
import IconButton from '@mui/material/IconButton'
import MenuItem from '@mui/material/MenuItem'
import Stack from '@mui/material/Stack'
import TextField from '@mui/material/TextField'
import Tooltip from '@mui/material/Tooltip'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'
import { AddIcon, RemoveIcon } from '../frame/icons.tsx'
import { type DraftValue, isDraftList, isDraftObject, itemPath, newItem, propertyPath } from './draft.ts'
import type { ChoiceField, ListField, ObjectField } from './field.ts'
import type { FieldProps, NestedProps } from './field-props.ts'

/** More rows at once than this help nobody: lists of thousands are better as JSON. */
const mostRows = 200

export function ObjectView(props: NestedProps<ObjectField>): ReactNode {
  const { field, path, errors, value, onChange, view: View } = props
  const object = value !== undefined && isDraftObject(value) ? value : {}
  const fields = (
    <Stack spacing={2}>
      {field.properties.map(({ name, required, field: part }) => (
        <View
          key={name}
          field={part}
          path={propertyPath(path, name)}
          required={required}
          value={object[name]}
          errors={errors}
          onChange={(next) => onChange({ ...object, [name]: next })}
        />
      ))}
    </Stack>
  )
  return path === '' ? fields : <Group {...props}>{fields}</Group>
}

/** A titled frame around fields that belong together. */
function Group(
  props: Pick<FieldProps, 'field' | 'path' | 'errors' | 'required'> & { readonly children: ReactNode },
): ReactNode {
  const { field, path, errors } = props
  const error = errors.get(path)
  const help = error ?? field.description
  return (
    <Box
      component="fieldset"
      sx={{
        m: 0,
        px: 2,
        pt: 1,
        pb: 2,
        minWidth: 0,
        border: 1,
        borderRadius: 1,
        borderColor: error === undefined ? 'divider' : 'error.main',
      }}
    >
      {field.title !== '' && (
        <Typography component="legend" variant="caption" sx={{ px: 0.75, color: 'text.secondary' }}>
          {field.title}
          {props.required && ' *'}
        </Typography>
      )}
      {help !== undefined && (
        <FormHelperText error={error !== undefined} sx={{ mt: 0, mb: 1.5 }}>
          {help}
        </FormHelperText>
      )}
      {props.children}
    </Box>
  )
}

/** Items are known by their places: after one is removed, all are new, for fields keep what is typed. */
const rowsOf = (items: readonly DraftValue[]) =>
  items.slice(0, mostRows).map((item, index) => ({ key: `${items.length} ${index}`, item, index }))

export function ListView(props: NestedProps<ListField>): ReactNode {
  const { field, value, onChange } = props
  const items = value !== undefined && isDraftList(value) ? value : []
  if (field.item.kind === 'choice')
    return <ManyChoices {...props} choices={field.item.choices} chosen={items} />
  const change = (index: number, next: DraftValue): void =>
    onChange(items.map((item, other) => (other === index ? next : item)))
  const full = items.length >= (field.maxItems ?? Number.POSITIVE_INFINITY)
  return (
    <Group {...props}>
      <Stack spacing={1.5}>
        {rowsOf(items).map(({ key, item, index }) => (
          <Item
            key={key}
            {...props}
            item={item}
            index={index}
            onChange={(next) => change(index, next)}
            onRemove={() => onChange(items.filter((_, other) => other !== index))}
          />
        ))}
        {items.length > mostRows && (
          <Typography variant="caption" sx={{ color: 'text.secondary' }}>
            {items.length - mostRows} more are not shown: switch to JSON to see them.
          </Typography>
        )}
        <Box>
          <Button
            size="small"
            startIcon={<AddIcon />}
            disabled={full}
            onClick={() => onChange([...items, newItem(field.item)])}
          >
            Add
          </Button>
        </Box>
      </Stack>
    </Group>
  )
}

function Item(
  props: Omit<NestedProps<ListField>, 'onChange'> & {
    readonly item: DraftValue
    readonly index: number
    readonly onChange: (value: DraftValue) => void
    readonly onRemove: () => void
  },
): ReactNode {
  const { field, path, index, errors, view: View } = props
  const name = `${field.title} ${index + 1}`
  return (
    <Box sx={{ display: 'flex', gap: 0.5, alignItems: 'flex-start' }}>
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <View
          field={{ ...field.item, title: field.item.title || String(index + 1) }}
          path={itemPath(path, index)}
          required
          value={props.item}
          errors={errors}
          onChange={props.onChange}
        />
      </Box>
      <Tooltip title={`Remove ${name}`}>
        <IconButton size="small" aria-label={`Remove ${name}`} onClick={props.onRemove} sx={{ mt: 0.5 }}>
          <RemoveIcon fontSize="small" />
        </IconButton>
      </Tooltip>
    </Box>
  )
}

/** A list of choices is chosen from, several at once. */
function ManyChoices(
  props: FieldProps<ListField> & {
    readonly choices: ChoiceField['choices']
    readonly chosen: readonly DraftValue[]
  },
): ReactNode {
  const { field, path, required, errors, choices, chosen, onChange } = props
  const texts = chosen.map((value) => JSON.stringify(value))
  const error = errors.get(path)
  return (
    <TextField
      select
      fullWidth
      name={path}
      label={field.title}
      required={required}
      error={error !== undefined}
      helperText={error ?? field.description ?? ''}
      value={texts}
      slotProps={{ select: { multiple: true } }}
      onChange={({ target }) => {
        const wanted = target.value as unknown as readonly string[]
        onChange(wanted.map((text) => JSON.parse(text) as DraftValue))
      }}
    >
      {choices.map(({ value, label }) => (
        <MenuItem key={JSON.stringify(value)} value={JSON.stringify(value)}>
          {label}
        </MenuItem>
      ))}
    </TextField>
  )
}
