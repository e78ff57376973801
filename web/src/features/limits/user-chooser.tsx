import Autocomplete from '@mui/material/Autocomplete'
import TextField from '@mui/material/TextField'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useRested } from '../../frame/time.tsx'
import { usersLikeQuery } from './limit-queries.ts'

/** Milliseconds without a keystroke before users are looked up. */
const restMs = 250

/** One of the users, found by letters of the name. */
export function UserChooser(props: {
  readonly value: string | undefined
  readonly onChange: (username: string | undefined) => void
  readonly autoFocus?: boolean
}): ReactNode {
  const [letters, setLetters] = useState('')
  const users = useQuery(usersLikeQuery(useRested(letters.trim(), restMs)))
  const found = users.data ?? []
  // Who was chosen, or named by the address, need not be among those that are found.
  const options = props.value === undefined || found.includes(props.value) ? found : [props.value, ...found]
  return (
    <Autocomplete
      options={options}
      value={props.value ?? null}
      onChange={(_, username) => props.onChange(username ?? undefined)}
      onInputChange={(_, typed, reason) => setLetters(reason === 'input' ? typed : '')}
      loading={users.isPending}
      noOptionsText={users.isError ? 'Users could not be looked up' : 'No user has these letters'}
      size="small"
      slotProps={{ paper: { variant: 'outlined', sx: { boxShadow: 6, fontSize: '0.875rem' } } }}
      renderInput={(params) => <TextField {...params} label="User" autoFocus={props.autoFocus ?? false} />}
    />
  )
}
