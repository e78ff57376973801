import Box from '@mui/material/Box'
import Dialog from '@mui/material/Dialog'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'
import { Keys } from './keys.tsx'
import { destinations } from './navigation.ts'

type Entry = { readonly keys: readonly string[]; readonly does: string }

const groups: readonly { readonly title: string; readonly entries: readonly Entry[] }[] = [
  {
    title: 'Anywhere',
    entries: [
      { keys: ['?'], does: 'Show these keys' },
      ...destinations.map(({ key, label }) => ({ keys: ['g', key], does: `Go to ${label}` })),
    ],
  },
  {
    title: 'Tasks',
    entries: [
      { keys: ['c'], does: 'Claim the open task' },
      { keys: ['Ctrl', 'Enter'], does: 'Complete the open task' },
      { keys: ['↑', '↓'], does: 'Go through the list' },
    ],
  },
  {
    title: 'Script',
    entries: [
      { keys: ['Ctrl', 'Enter'], does: 'Run what is in the editor' },
      { keys: ['Esc', 'Tab'], does: 'Out of the editor' },
    ],
  },
  {
    title: 'Diagram',
    entries: [
      { keys: ['Tab'], does: 'Into the list of elements' },
      { keys: ['↑', '↓'], does: 'Go through the elements' },
      { keys: ['Enter'], does: 'Select the element' },
    ],
  },
]

export function KeysHelp(props: { readonly open: boolean; readonly onClose: () => void }): ReactNode {
  return (
    <Dialog open={props.open} onClose={props.onClose} aria-labelledby="keys-title" maxWidth="xs" fullWidth>
      <DialogTitle id="keys-title">Keys</DialogTitle>
      <DialogContent>
        {groups.map((group) => (
          <Box key={group.title} sx={{ mb: 2 }}>
            <Typography variant="overline" sx={{ color: 'text.secondary' }}>
              {group.title}
            </Typography>
            {group.entries.map((entry) => (
              <Box key={entry.does} sx={{ display: 'flex', justifyContent: 'space-between', py: 0.5 }}>
                <Typography variant="body2">{entry.does}</Typography>
                <Keys keys={entry.keys} />
              </Box>
            ))}
          </Box>
        ))}
      </DialogContent>
    </Dialog>
  )
}
