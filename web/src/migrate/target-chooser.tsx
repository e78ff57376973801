import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useEffectEvent, useState } from 'react'
import { describeFailure } from '../api/client.ts'
import { latestDefinitionsQuery, versionsQuery } from '../api/queries.ts'
import type { DefinitionReference } from './definition-reference.ts'

/** A process and one of its versions: the newest other one of the same process unless said. */
export function TargetChooser(props: {
  readonly source: DefinitionReference
  readonly target: DefinitionReference | undefined
  readonly onChange: (target: DefinitionReference | undefined) => void
}): ReactNode {
  const { source, target } = props
  const [process, setProcess] = useState(source.processDefinitionId)
  const processes = useInfiniteQuery(latestDefinitionsQuery)
  const versions = useQuery(versionsQuery(process))
  const known = processes.data?.pages.flatMap((page) => page.items) ?? []
  const others = versions.data?.items.filter(
    ({ processDefinitionKey }) => processDefinitionKey !== source.processDefinitionKey,
  )
  const newest = others?.[0]
  const suggest = useEffectEvent((key: string | undefined) =>
    props.onChange(others?.find((each) => each.processDefinitionKey === key)),
  )
  const newestKey = newest?.processDefinitionKey
  useEffect(() => suggest(newestKey), [newestKey])
  return (
    <>
      <Box sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: { xs: '1fr', sm: '1fr 160px' } }}>
        <TextField
          select
          label="To process"
          value={process}
          onChange={(event) => setProcess(event.target.value)}
        >
          {[source, ...known.filter((each) => each.processDefinitionId !== source.processDefinitionId)].map(
            ({ processDefinitionId: id }) => (
              <MenuItem key={id} value={id}>
                {known.find((each) => each.processDefinitionId === id)?.name ?? id}
              </MenuItem>
            ),
          )}
        </TextField>
        <TextField
          select
          label="Version"
          value={target?.processDefinitionKey ?? ''}
          disabled={newest === undefined}
          onChange={(event) =>
            props.onChange(others?.find((each) => each.processDefinitionKey === event.target.value))
          }
        >
          {(others ?? []).map(({ processDefinitionKey, version, versionTag }) => (
            <MenuItem key={processDefinitionKey} value={processDefinitionKey}>
              {version}
              {versionTag !== undefined && ` · ${versionTag}`}
            </MenuItem>
          ))}
        </TextField>
      </Box>
      {versions.isError && <Alert severity="error">{describeFailure(versions.error)}</Alert>}
      {others?.length === 0 && (
        <Alert severity="info">
          This process has no other version. Deploy one, or choose another process.
        </Alert>
      )}
    </>
  )
}
