import Button from '@mui/material/Button'
import TableCell from '@mui/material/TableCell'
import type { ReactNode } from 'react'

/** The last cell of a row whose dialog changes what it shows. */
export function EditCell(props: { readonly what: string; readonly onEdit: () => void }): ReactNode {
  return (
    <TableCell align="right">
      <Button size="small" onClick={props.onEdit} aria-label={`Edit ${props.what}`}>
        Edit
      </Button>
    </TableCell>
  )
}
