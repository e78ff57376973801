import { executionStates, executionTriggers } from '@braid/contract/execution.ts'
import { scriptLanguages } from '@braid/contract/script.ts'
import Box from '@mui/material/Box'
import Tab from '@mui/material/Tab'
import Tabs from '@mui/material/Tabs'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useMemo } from 'react'
import { may, sessionQuery } from '../../api/session.ts'
import { capital } from '../../frame/capital.ts'
import { ChoiceFilter, FilterRow, like, oneOf, TextFilter, useFilters } from '../../frame/filters.tsx'
import { NoRuns } from '../../frame/no-runs.tsx'
import { Page } from '../../frame/page.tsx'
import { RunKinds } from '../../frame/run-kinds.tsx'
import { ExecutionList } from '../../script/execution-list.tsx'
import { stateName, triggerNames } from '../../script/execution-state.ts'
import { languageNames } from '../../script/language.ts'
import type { ExecutionFilter } from '../../script/script-queries.ts'
import { QueueTab } from './queue-tab.tsx'

const states = executionStates.map((value) => ({ value, label: stateName(value) }))
const triggers = executionTriggers.map((value) => ({ value, label: capital(triggerNames[value]) }))
const languages = scriptLanguages.map((value) => ({ value, label: languageNames[value] }))
const whose = [{ value: 'mine', label: 'Mine' }] as const

function filterOf(parameters: URLSearchParams): ExecutionFilter {
  const state = oneOf(executionStates, parameters.get('state'))
  const language = oneOf(scriptLanguages, parameters.get('language'))
  const trigger = oneOf(executionTriggers, parameters.get('trigger'))
  const owner = parameters.get('owner')
  return {
    ...(state === undefined ? {} : { state }),
    ...(language === undefined ? {} : { language }),
    ...(trigger === undefined ? {} : { trigger }),
    ...(owner ? { owner: like(owner) } : {}),
    ...(parameters.get('whose') === 'mine' ? { own: true } : {}),
  }
}

/** Runs of scripts, and the queue in which they wait. */
export function ExecutionsPage(): ReactNode {
  const filters = useFilters()
  const { parameters } = filters
  const session = useQuery(sessionQuery).data
  const filter = useMemo(() => filterOf(parameters), [parameters])
  const seesAll = session != null && may(session, 'execution:read-all')
  const tab = parameters.get('tab') === 'queue' ? 'queue' : 'runs'
  return (
    <Page
      title="Runs"
      subtitle={seesAll ? 'Runs of everybody’s scripts, newest first' : 'Runs of your scripts, newest first'}
    >
      <RunKinds kind="scripts" />
      <Tabs
        value={tab}
        onChange={(_, next: string) => filters.set('tab', next === 'runs' ? '' : next)}
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
            <FilterRow columns="repeat(5, 180px)">
              <ChoiceFilter label="State" name="state" filters={filters} choices={states} />
              <ChoiceFilter label="Language" name="language" filters={filters} choices={languages} />
              <ChoiceFilter label="Started" name="trigger" filters={filters} choices={triggers} />
              {seesAll && (
                <>
                  <ChoiceFilter label="Whose" name="whose" filters={filters} choices={whose} />
                  <TextFilter label="Owner" name="owner" filters={filters} />
                </>
              )}
            </FilterRow>
            <ExecutionList
              filter={filter}
              empty={
                <NoRuns
                  title="No script has run yet"
                  to="/scripts"
                  action="Choose a script to run"
                  filtered={Object.keys(filter).length > 0}
                  onClear={filters.clear}
                />
              }
            />
          </>
        )}
      </Box>
    </Page>
  )
}
