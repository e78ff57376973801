import { type Script, scriptLanguages } from '@braid/contract/script.ts'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Chip from '@mui/material/Chip'
import Link from '@mui/material/Link'
import MenuItem from '@mui/material/MenuItem'
import Paper from '@mui/material/Paper'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableContainer from '@mui/material/TableContainer'
import TableHead from '@mui/material/TableHead'
import TableRow from '@mui/material/TableRow'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { type ReactNode, useMemo } from 'react'
import { Link as RouterLink, useSearchParams } from 'react-router'
import { may, sessionQuery } from '../../api/session.ts'
import { AddIcon, HistoryIcon, ScriptIcon } from '../../frame/icons.tsx'
import { Empty, Failure, LoadingRows, LoadMore } from '../../frame/list-states.tsx'
import { Page } from '../../frame/page.tsx'
import { RelativeTime } from '../../frame/time.tsx'
import { TypedFilter } from '../../frame/typed-filter.tsx'
import { languageNames } from '../../script/language.ts'
import { type ScriptFilter, scriptsQuery } from '../../script/script-queries.ts'

const wide = { display: { xs: 'none', md: 'table-cell' } } as const
const any = ''

const whose = { mine: 'Mine', others: 'Of others' } as const
type Whose = keyof typeof whose

function filterOf(parameters: URLSearchParams): ScriptFilter {
  const name = parameters.get('name')
  const language = scriptLanguages.find((one) => one === parameters.get('language'))
  const owner = parameters.get('whose')
  return {
    ...(name ? { name: { $like: /[*?]/.test(name) ? name : `*${name}*` } } : {}),
    ...(language === undefined ? {} : { language }),
    ...(owner === 'mine' || owner === 'others' ? { own: owner === 'mine' } : {}),
  }
}

/** Scripts of one's own, and those that others share. */
export function ScriptsPage(): ReactNode {
  const [parameters, setParameters] = useSearchParams()
  const session = useQuery(sessionQuery).data
  const filter = useMemo(() => filterOf(parameters), [parameters])
  const scripts = useInfiniteQuery({ ...scriptsQuery(filter), placeholderData: (before) => before })
  const items = scripts.data?.pages.flatMap((page) => page.items) ?? []
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
      <Filters
        parameters={parameters}
        onChange={(name, value) =>
          setParameters(
            (before) => {
              if (value === any) before.delete(name)
              else before.set(name, value)
              return before
            },
            { replace: true },
          )
        }
      />
      <Paper variant="outlined" sx={{ overflow: 'hidden' }} aria-busy={scripts.isPlaceholderData}>
        {scripts.isPending ? (
          <LoadingRows />
        ) : scripts.isError ? (
          <Failure error={scripts.error} onRetry={scripts.refetch} />
        ) : items.length > 0 ? (
          <ScriptTable items={items} />
        ) : parameters.size > 0 ? (
          <Empty
            icon={ScriptIcon}
            title="No script matches"
            action={
              <Button variant="outlined" onClick={() => setParameters({}, { replace: true })}>
                Clear the filters
              </Button>
            }
          />
        ) : (
          <Empty icon={ScriptIcon} title="No scripts yet" {...(create === false ? {} : { action: create })}>
            {mayWrite
              ? 'Write one, run it, and save what is worth keeping.'
              : 'Shared scripts are listed here.'}
          </Empty>
        )}
        <LoadMore
          hasMore={scripts.hasNextPage}
          loading={scripts.isFetchingNextPage}
          onMore={scripts.fetchNextPage}
        />
      </Paper>
    </Page>
  )
}

function Filters(props: {
  readonly parameters: URLSearchParams
  readonly onChange: (name: string, value: string) => void
}): ReactNode {
  const { parameters, onChange } = props
  const language = parameters.get('language')
  const owner = parameters.get('whose')
  return (
    <Box
      component="search"
      aria-label="Filters"
      sx={{
        display: 'grid',
        gap: 1.25,
        mb: 2,
        gridTemplateColumns: { xs: '1fr 1fr', md: '320px 160px 160px' },
      }}
    >
      <TypedFilter
        label="Name"
        value={parameters.get('name') ?? ''}
        onChange={(text) => onChange('name', text)}
      />
      <TextField
        select
        label="Language"
        value={scriptLanguages.some((one) => one === language) ? language : any}
        onChange={(event) => onChange('language', event.target.value)}
        slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
      >
        <MenuItem value={any}>Any</MenuItem>
        {scriptLanguages.map((value) => (
          <MenuItem key={value} value={value}>
            {languageNames[value]}
          </MenuItem>
        ))}
      </TextField>
      <TextField
        select
        label="Whose"
        value={owner !== null && owner in whose ? owner : any}
        onChange={(event) => onChange('whose', event.target.value)}
        slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
      >
        <MenuItem value={any}>Anybody’s</MenuItem>
        {(Object.keys(whose) as Whose[]).map((value) => (
          <MenuItem key={value} value={value}>
            {whose[value]}
          </MenuItem>
        ))}
      </TextField>
    </Box>
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
