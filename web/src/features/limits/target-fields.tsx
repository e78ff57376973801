import { rateLimitMethods } from '@braid/contract/rate-limit.ts'
import Box from '@mui/material/Box'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'
import { monospace } from '../../theme/theme.ts'
import { limitedTags, type TargetEntry } from './target-entry.ts'

/** The routes that are limited. */
export function TargetFields(props: {
  readonly entry: TargetEntry
  readonly onChange: (entry: TargetEntry) => void
  /** What it matches as it is stored. */
  readonly routes?: readonly string[] | undefined
}): ReactNode {
  const { entry, onChange } = props
  return (
    <>
      <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: { xs: '1fr', sm: '150px 1fr' } }}>
        <TextField
          select
          label="Routes"
          value={entry.by}
          onChange={(event) => onChange({ ...entry, by: event.target.value as TargetEntry['by'] })}
        >
          <MenuItem value="path">By path</MenuItem>
          <MenuItem value="tag">By group</MenuItem>
        </TextField>
        {entry.by === 'tag' ? (
          <TextField
            select
            label="Group"
            value={entry.tag}
            onChange={(event) => onChange({ ...entry, tag: event.target.value })}
          >
            {limitedTags.map((tag) => (
              <MenuItem key={tag} value={tag}>
                {tag}
              </MenuItem>
            ))}
          </TextField>
        ) : (
          <PathFields entry={entry} onChange={onChange} />
        )}
      </Box>
      {props.routes !== undefined && props.routes.length > 0 && <Routes routes={props.routes} />}
    </>
  )
}

function PathFields({
  entry,
  onChange,
}: {
  readonly entry: TargetEntry
  readonly onChange: (entry: TargetEntry) => void
}): ReactNode {
  return (
    <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: '110px 1fr' }}>
      <TextField
        select
        label="Method"
        value={entry.method}
        onChange={(event) => onChange({ ...entry, method: event.target.value as TargetEntry['method'] })}
        slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
      >
        <MenuItem value="">Any</MenuItem>
        {rateLimitMethods.map((method) => (
          <MenuItem key={method} value={method}>
            {method}
          </MenuItem>
        ))}
      </TextField>
      <TextField
        label="Path begins with"
        value={entry.path}
        onChange={(event) => onChange({ ...entry, path: event.target.value })}
        helperText="Without /api/v1; / is everything"
        required
        slotProps={{
          htmlInput: { maxLength: 200, spellCheck: false, autoCapitalize: 'none' },
          input: { sx: { fontFamily: monospace } },
        }}
      />
    </Box>
  )
}

function Routes({ routes: matched }: { readonly routes: readonly string[] }): ReactNode {
  return (
    <Box component="details">
      <Typography component="summary" variant="body2" sx={{ cursor: 'pointer', color: 'text.secondary' }}>
        {matched.length === 1 ? '1 route' : `${matched.length} routes`} as it is now
      </Typography>
      <Box
        component="ul"
        aria-label="Routes"
        // Scrolls: in reach of the keyboard.
        tabIndex={0}
        sx={{
          m: 0,
          mt: 1,
          p: 1.5,
          maxHeight: 160,
          overflow: 'auto',
          listStyle: 'none',
          borderRadius: 1,
          fontFamily: monospace,
          fontSize: '0.75rem',
          overflowWrap: 'anywhere',
          background: 'var(--braid-palette-background-default)',
        }}
      >
        {matched.map((route) => (
          <li key={route}>{route}</li>
        ))}
      </Box>
    </Box>
  )
}
