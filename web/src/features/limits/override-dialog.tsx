import {
  maxRateLimitMultiplier,
  maxRateLimitRequests,
  type RateLimit,
  type RateLimitOverride,
  type RateLimitOverrideContent,
} from '@braid/contract/rate-limit.ts'
import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import MenuItem from '@mui/material/MenuItem'
import Stack from '@mui/material/Stack'
import TextField from '@mui/material/TextField'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { api, describeFailure } from '../../api/client.ts'
import { Refusal } from '../../frame/refusal.tsx'
import { everyLimitQuery } from './limit-queries.ts'
import { NumberField } from './number-field.tsx'
import { UserChooser } from './user-chooser.tsx'

type Mode = RateLimitOverrideContent['mode']

const modeLabels: Readonly<Record<Mode, string>> = {
  multiplier: 'A multiple of the limit',
  limit: 'Another limit',
  bypass: 'No limit at all',
}

/** Numbers are texts, which may be empty while they are typed. */
type Entry = {
  readonly mode: Mode
  readonly multiplier: string
  readonly limit: string
  /** Empty: all. */
  readonly only: string
}

const entryOf = (override: RateLimitOverrideContent | undefined): Entry => ({
  mode: override?.mode ?? 'multiplier',
  multiplier: String(override?.mode === 'multiplier' ? override.multiplier : 2),
  limit: String(override?.mode === 'limit' ? override.limit : 100),
  only: override?.rateLimitKey ?? '',
})

function contentOf({ mode, multiplier, limit, only }: Entry): RateLimitOverrideContent {
  const of = only === '' ? {} : { rateLimitKey: only }
  switch (mode) {
    case 'bypass':
      return { mode, ...of }
    case 'multiplier':
      return { mode, multiplier: Number(multiplier), ...of }
    case 'limit':
      return { mode, limit: Number(limit), ...of }
  }
}

/** Gives a user an override, or changes or removes it. */
export function OverrideDialog(props: {
  /** To change; absent for a new one. */
  readonly override?: RateLimitOverride
  readonly limits: readonly RateLimit[]
  readonly onClose: () => void
}): ReactNode {
  const { override, onClose } = props
  const [username, setUsername] = useState(override?.username)
  const [entry, setEntry] = useState(() => entryOf(override?.override))
  const { save, remove } = useChanges(onClose)
  const error = save.error ?? remove.error
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="xs" aria-labelledby="override-title">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (username !== undefined) save.mutate({ username, body: contentOf(entry) })
        }}
      >
        <DialogTitle id="override-title">
          {override === undefined ? 'New override' : `Override of ${override.username}`}
        </DialogTitle>
        <DialogContent>
          <Stack spacing={2} sx={{ pt: 1 }}>
            {error !== null && <Refusal>{describeFailure(error)}</Refusal>}
            {override === undefined && <UserChooser value={username} onChange={setUsername} autoFocus />}
            <EntryFields
              entry={entry}
              onChange={(changed) => setEntry((before) => ({ ...before, ...changed }))}
              limits={props.limits}
            />
          </Stack>
        </DialogContent>
        <DialogActions>
          {override !== undefined && (
            <Button
              color="error"
              loading={remove.isPending}
              onClick={() => remove.mutate(override.username)}
              sx={{ mr: 'auto' }}
            >
              Remove
            </Button>
          )}
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            variant="contained"
            disabled={username === undefined}
            loading={save.isPending}
          >
            Save
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}

function EntryFields({
  entry,
  onChange,
  limits,
}: {
  readonly entry: Entry
  readonly onChange: (change: Partial<Entry>) => void
  readonly limits: readonly RateLimit[]
}): ReactNode {
  return (
    <>
      <TextField
        select
        label="They have"
        value={entry.mode}
        onChange={(event) => onChange({ mode: event.target.value as Mode })}
      >
        {Object.entries(modeLabels).map(([value, label]) => (
          <MenuItem key={value} value={value}>
            {label}
          </MenuItem>
        ))}
      </TextField>
      {entry.mode === 'multiplier' && (
        <NumberField
          label="Times"
          value={entry.multiplier}
          onChange={(multiplier) => onChange({ multiplier })}
          min={0.01}
          max={maxRateLimitMultiplier}
          step="any"
          helperText="0.5 is half of it"
        />
      )}
      {entry.mode === 'limit' && (
        <NumberField
          label="Requests"
          value={entry.limit}
          onChange={(limit) => onChange({ limit })}
          min={1}
          max={maxRateLimitRequests}
          helperText="In the time that the limit says"
        />
      )}
      <TextField
        select
        label="Of"
        value={entry.only}
        onChange={(event) => onChange({ only: event.target.value })}
        slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
      >
        <MenuItem value="">All limits</MenuItem>
        {limits.map(({ rateLimitKey, name }) => (
          <MenuItem key={rateLimitKey} value={rateLimitKey}>
            {name}
          </MenuItem>
        ))}
      </TextField>
    </>
  )
}

function useChanges(onClose: () => void) {
  const queryClient = useQueryClient()
  const onSuccess = (): void => {
    void queryClient.invalidateQueries({ queryKey: everyLimitQuery })
    onClose()
  }
  const save = useMutation({
    mutationFn: ({
      username,
      body,
    }: {
      readonly username: string
      readonly body: RateLimitOverrideContent
    }) => api.setRateLimitOverride({ params: { username }, body }),
    onSuccess,
  })
  const remove = useMutation({
    mutationFn: (username: string) => api.deleteRateLimitOverride({ params: { username } }),
    onSuccess,
  })
  return { save, remove }
}
