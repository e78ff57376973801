import { type Script, scriptLanguages } from '@braid/contract/script.ts'
import Button from '@mui/material/Button'
import Chip from '@mui/material/Chip'
import Link from '@mui/material/Link'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableContainer from '@mui/material/TableContainer'
import TableHead from '@mui/material/TableHead'
import TableRow from '@mui/material/TableRow'
import Typography from '@mui/material/Typography'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { type ReactNode, useMemo } from 'react'
import { Link as RouterLink } from 'react-router'
import { may, sessionQuery } from '../../api/session.ts'
import {
  ChoiceFilter,
  FilterRow,
  like,
  NoMatch,
  oneOf,
  TextFilter,
  useFilters,
} from '../../frame/filters.tsx'
import { FoundList } from '../../frame/found-list.tsx'
import { AddIcon, HistoryIcon, ScriptIcon } from '../../frame/icons.tsx'
import { Empty } from '../../frame/list-states.tsx'
import { Page } from '../../frame/page.tsx'
import { RelativeTime } from '../../frame/time.tsx'
import { languageNames } from '../../script/language.ts'
import { type ScriptFilter, scriptsQuery } from '../../script/script-queries.ts'

const wide = { display: { xs: 'none', md: 'table-cell' } } as const

const languages = scriptLanguages.map((value) => ({ value, label: languageNames[value] }))
const whose = [
  { value: 'mine', label: 'Mine' },
  { value: 'others', label: 'Of others' },
] as const

function filterOf(parameters: URLSearchParams): ScriptFilter {
  const name = parameters.get('name')
  const language = oneOf(scriptLanguages, parameters.get('language'))
  const owner = parameters.get('whose')
  return {
    ...(name ? { name: like(name) } : {}),
    ...(language === undefined ? {} : { language }),
    ...(owner === 'mine' || owner === 'others' ? { own: owner === 'mine' } : {}),
  }
}

/** Scripts of one's own, and those that others share. */
export function ScriptsPage(): ReactNode {
  const filters = useFilters()
  const { parameters } = filters
  const session = useQuery(sessionQuery).data
  const filter = useMemo(() => filterOf(parameters), [parameters])
  const scripts = useInfiniteQuery({ ...scriptsQuery(filter), placeholderData: keepPreviousData })
  const mayWrite = session != null && (may(session, 'execution:create') || may(session, 'script:create'))
  const create = mayWrite && (
    <Button variant="contained" component={RouterLink} to="/scripts/new" startIcon={<AddIcon />}>
      New script
    </Button>
  )
  return (
    <Page
      title="Scripts"
      subtitle="Written here, run in isolation, kept in versions."
      actions={
        <>
          <Button variant="outlined" component={RouterLink} to="/executions" startIcon={<HistoryIcon />}>
            Runs
          </Button>
          {create}
        </>
      }
    >
      <FilterRow columns="320px 160px 160px">
        <TextFilter label="Name" name="name" filters={filters} />
        <ChoiceFilter label="Language" name="language" filters={filters} choices={languages} />
        <ChoiceFilter label="Whose" name="whose" filters={filters} choices={whose} any="Anybody’s" />
      </FilterRow>
      <FoundList
        found={scripts}
        empty={
          <NoScripts
            filtered={parameters.size > 0}
            mayWrite={mayWrite}
            create={create}
            onClear={filters.clear}
          />
        }
      >
        {(items) => <ScriptTable items={items} />}
      </FoundList>
    </Page>
  )
}

function NoScripts(props: {
  readonly filtered: boolean
  readonly mayWrite: boolean
  readonly create: ReactNode
  readonly onClear: () => void
}): ReactNode {
  const { filtered, mayWrite, create, onClear } = props
  return filtered ? (
    <NoMatch icon={ScriptIcon} title="No script matches" onClear={onClear} />
  ) : (
    <Empty icon={ScriptIcon} title="No scripts yet" {...(mayWrite ? { action: create } : {})}>
      {mayWrite ? 'Write one, run it, and save what is worth keeping.' : 'Shared scripts are listed here.'}
    </Empty>
  )
}

/** The page of the script has all of it. */
const shortened = (text: string): string => (text.length > 160 ? `${text.slice(0, 160)}…` : text)

function ScriptTable({ items }: { readonly items: readonly Script[] }): ReactNode {
  return (
    <TableContainer>
      <Table aria-label="Scripts">
        <TableHead>
          <TableRow>
            <TableCell>Script</TableCell>
            <TableCell>Language</TableCell>
            <TableCell sx={wide}>Version</TableCell>
            <TableCell sx={wide}>Owner</TableCell>
            <TableCell sx={wide}>Changed</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {items.map((script) => (
            <ScriptRow key={script.scriptKey} script={script} />
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  )
}

function ScriptRow({ script }: { readonly script: Script }): ReactNode {
  return (
    <TableRow hover sx={{ position: 'relative' }}>
      <TableCell>
        <Link
          component={RouterLink}
          to={`/scripts/${script.scriptKey}`}
          // The whole row leads to the script; the link stays one link for the keyboard.
          sx={{
            fontWeight: 600,
            fontSize: '0.9375rem',
            overflowWrap: 'anywhere',
            '&::after': { content: '""', position: 'absolute', inset: 0 },
          }}
        >
          {script.name}
        </Link>
        {script.shared && <Chip size="small" variant="outlined" label="Shared" sx={{ ml: 1 }} />}
        {script.description !== '' && (
          <Typography
            variant="caption"
            component="div"
            sx={{ color: 'text.secondary', maxWidth: 480, overflowWrap: 'anywhere' }}
          >
            {shortened(script.description)}
          </Typography>
        )}
      </TableCell>
      <TableCell>
        {languageNames[script.language]} {script.languageVersion}
      </TableCell>
      <TableCell sx={wide}>{script.version}</TableCell>
      <TableCell sx={{ ...wide, color: 'text.secondary' }}>{script.owner ?? 'gone'}</TableCell>
      <TableCell sx={wide}>
        <RelativeTime at={script.updatedAt} />
      </TableCell>
    </TableRow>
  )
}
