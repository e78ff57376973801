import { executionStates } from '@braid/contract/execution.ts'
import { scriptLanguages } from '@braid/contract/script.ts'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import MenuItem from '@mui/material/MenuItem'
import Tab from '@mui/material/Tab'
import Tabs from '@mui/material/Tabs'
import TextField from '@mui/material/TextField'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useMemo } from 'react'
import { Link, useSearchParams } from 'react-router'
import { may, sessionQuery } from '../../api/session.ts'
import { RunIcon } from '../../frame/icons.tsx'
import { Empty } from '../../frame/list-states.tsx'
import { Page } from '../../frame/page.tsx'
import { RunKinds } from '../../frame/run-kinds.tsx'
import { TypedFilter } from '../../frame/typed-filter.tsx'
import { ExecutionList } from '../../script/execution-list.tsx'
import { stateName } from '../../script/execution-state.ts'
import { languageNames } from '../../script/language.ts'
import type { ExecutionFilter } from '../../script/script-queries.ts'
import { QueueTab } from './queue-tab.tsx'

const any = ''
const oneOf = <T extends string>(values: readonly T[], text: string | null): T | undefined =>
  values.find((value) => value === text)

const states = executionStates.map((value) => ({ value, label: stateName(value) }))
const languages = scriptLanguages.map((value) => ({ value, label: languageNames[value] }))
const whose = [{ value: 'mine', label: 'Mine' }] as const

function filterOf(parameters: URLSearchParams): ExecutionFilter {
  const state = oneOf(executionStates, parameters.get('state'))
  const language = oneOf(scriptLanguages, parameters.get('language'))
  const owner = parameters.get('owner')
  return {
    ...(state === undefined ? {} : { state }),
    ...(language === undefined ? {} : { language }),
    ...(owner ? { owner: { $like: /[*?]/.test(owner) ? owner : `*${owner}*` } } : {}),
    ...(parameters.get('whose') === 'mine' ? { own: true } : {}),
  }
}

/** Runs of scripts, and the queue in which they wait. */
export function ExecutionsPage(): ReactNode {
  const [parameters, setParameters] = useSearchParams()
  const session = useQuery(sessionQuery).data
  const filter = useMemo(() => filterOf(parameters), [parameters])
  const seesAll = session != null && may(session, 'execution:read-all')
  const tab = parameters.get('tab') === 'queue' ? 'queue' : 'runs'
  const set = (name: string, value: string): void =>
    setParameters(
      (before) => {
        if (value === any) before.delete(name)
        else before.set(name, value)
        return before
      },
      { replace: true },
    )
  return (
    <Page
      title="Runs"
      subtitle={seesAll ? 'Runs of everybody’s scripts, newest first' : 'Runs of your scripts, newest first'}
    >
      <RunKinds kind="scripts" />
      <Tabs
        value={tab}
        onChange={(_, next: string) => set('tab', next === 'runs' ? any : next)}
        aria-label="Runs and their queue"
        sx={{ mb: 2, borderBottom: 1, borderColor: 'divider' }}
      >
        <Tab value="runs" label="All runs" id="tab-runs" aria-controls="runs-panel" />
        <Tab value="queue" label="Queue" id="tab-queue" aria-controls="runs-panel" />
      </Tabs>
      <Box role="tabpanel" id="runs-panel" aria-labelledby={`tab-${tab}`}>
        {tab === 'queue' ? (
          <QueueTab />
        ) : (
          <>
            <Box
              component="search"
              aria-label="Filters"
              sx={{
                display: 'grid',
                gap: 1.25,
                mb: 2,
                gridTemplateColumns: { xs: '1fr 1fr', md: 'repeat(4, 180px)' },
              }}
            >
              <Choice label="State" {...{ parameters, name: 'state', options: states, set }} />
              <Choice label="Language" {...{ parameters, name: 'language', options: languages, set }} />
              {seesAll && (
                <>
                  <Choice label="Whose" {...{ parameters, name: 'whose', options: whose, set }} />
                  <TypedFilter
                    label="Owner"
                    value={parameters.get('owner') ?? ''}
                    onChange={(text) => set('owner', text)}
                  />
                </>
              )}
            </Box>
            <ExecutionList
              filter={filter}
              empty={
                <NoRuns
                  filtered={Object.keys(filter).length > 0}
                  onClear={() => setParameters({}, { replace: true })}
                />
              }
            />
          </>
        )}
      </Box>
    </Page>
  )
}

function NoRuns(props: { readonly filtered: boolean; readonly onClear: () => void }): ReactNode {
  return props.filtered ? (
    <Empty
      icon={RunIcon}
      title="No run matches"
      action={
        <Button variant="outlined" onClick={props.onClear}>
          Clear the filters
        </Button>
      }
    />
  ) : (
    <Empty
      icon={RunIcon}
      title="No script has run yet"
      action={
        <Button component={Link} to="/scripts" variant="outlined">
          Choose a script to run
        </Button>
      }
    />
  )
}

function Choice(props: {
  readonly label: string
  readonly name: string
  readonly parameters: URLSearchParams
  readonly options: readonly { readonly value: string; readonly label: string }[]
  readonly set: (name: string, value: string) => void
}): ReactNode {
  const value = props.parameters.get(props.name)
  return (
    <TextField
      select
      label={props.label}
      value={
        oneOf(
          props.options.map((option) => option.value),
          value,
        ) ?? any
      }
      onChange={(event) => props.set(props.name, event.target.value)}
      slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
    >
      <MenuItem value={any}>Any</MenuItem>
      {props.options.map((option) => (
        <MenuItem key={option.value} value={option.value}>
          {option.label}
        </MenuItem>
      ))}
    </TextField>
  )
}
