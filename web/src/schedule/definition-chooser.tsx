import ListSubheader from '@mui/material/ListSubheader'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { latestDefinitionsQuery } from '../api/queries.ts'
import { may, sessionQuery } from '../api/session.ts'
import { dagsQuery } from '../dag/dag-queries.ts'
import { definitionIdOf, ownScriptsQuery } from './script-definition.ts'

/** A DAG, a process or a script of one's own, by its id. */
export function DefinitionChooser(props: {
  readonly value: string
  readonly onChange: (definitionId: string) => void
}): ReactNode {
  const dags = useInfiniteQuery(dagsQuery({}))
  const processes = useInfiniteQuery(latestDefinitionsQuery)
  const session = useQuery(sessionQuery).data
  const mayRunScripts = session != null && may(session, 'execution:create') && may(session, 'script:read')
  const scripts = useQuery({ ...ownScriptsQuery, enabled: mayRunScripts })
  const scriptItems = scripts.data ?? []
  const dagItems = dags.data?.pages.flatMap((page) => page.items) ?? []
  const processItems = processes.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <TextField
      select
      required
      label="Starts"
      value={props.value}
      onChange={(event) => props.onChange(event.target.value)}
    >
      {dagItems.length > 0 && <ListSubheader>DAGs</ListSubheader>}
      {dagItems.map(({ dagId, title }) => (
        <MenuItem key={dagId} value={dagId}>
          {title}
        </MenuItem>
      ))}
      {processItems.length > 0 && <ListSubheader>Processes</ListSubheader>}
      {processItems.map(({ processDefinitionId: id, name }) => (
        <MenuItem key={id} value={id}>
          {name ?? id}
        </MenuItem>
      ))}
      {scriptItems.length > 0 && <ListSubheader>Scripts</ListSubheader>}
      {scriptItems.map(({ scriptKey, name }) => (
        <MenuItem key={scriptKey} value={definitionIdOf(scriptKey)}>
          {name}
        </MenuItem>
      ))}
    </TextField>
  )
}
