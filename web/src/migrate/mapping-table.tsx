import MenuItem from '@mui/material/MenuItem'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableHead from '@mui/material/TableHead'
import TableRow from '@mui/material/TableRow'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'
import type { ModelElement } from '../model/bpmn-file.ts'

/** Which element becomes which, with what the server found in the way. */
export function MappingTable(props: {
  readonly rows: readonly ModelElement[]
  readonly targets: readonly ModelElement[]
  /** Id of the chosen element; empty: none. */
  readonly targetOf: (id: string) => string
  readonly problems: ReadonlyMap<string, string>
  readonly onChoose: (id: string, target: string) => void
}): ReactNode {
  return (
    <Table size="small" aria-label="Which element becomes which">
      <TableHead>
        <TableRow>
          <TableCell>Now at</TableCell>
          <TableCell sx={{ width: '58%' }}>Goes on as</TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {props.rows.map((row) => {
          const problem = props.problems.get(row.id)
          return (
            <TableRow key={row.id}>
              <TableCell sx={{ verticalAlign: 'top' }}>
                <Typography variant="body2" sx={{ fontWeight: 600 }}>
                  {row.name}
                </Typography>
                <Typography variant="caption" sx={{ color: 'text.secondary' }}>
                  {row.kind}
                </Typography>
              </TableCell>
              <TableCell>
                <TextField
                  select
                  fullWidth
                  value={props.targetOf(row.id)}
                  error={problem !== undefined}
                  helperText={problem}
                  slotProps={{
                    select: { displayEmpty: true },
                    htmlInput: { 'aria-label': `${row.name} goes on as` },
                  }}
                  onChange={(event) => props.onChoose(row.id, event.target.value)}
                >
                  <MenuItem value="">No element</MenuItem>
                  {props.targets.map(({ id, name, kind }) => (
                    <MenuItem key={id} value={id}>
                      {name} · {kind}
                    </MenuItem>
                  ))}
                </TextField>
              </TableCell>
            </TableRow>
          )
        })}
      </TableBody>
    </Table>
  )
}
