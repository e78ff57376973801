import Box from '@mui/material/Box'
import IconButton from '@mui/material/IconButton'
import Tooltip from '@mui/material/Tooltip'
import { type ReactNode, useState } from 'react'
import { monospace } from '../theme/theme.ts'
import { CopyIcon } from './icons.tsx'

/** An id in fixed width with a button that copies it. */
export function Copyable({ text, label }: { readonly text: string; readonly label: string }): ReactNode {
  return (
    <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: 0.25, minWidth: 0 }}>
      <Box
        component="code"
        sx={{ fontFamily: monospace, fontSize: '0.9em', overflow: 'hidden', textOverflow: 'ellipsis' }}
      >
        {text}
      </Box>
      <CopyButton text={text} label={label} />
    </Box>
  )
}

export function CopyButton({ text, label }: { readonly text: string; readonly label: string }): ReactNode {
  const [copied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
    setTimeout(() => setCopied(false), 1_500)
  }
  return (
    <Tooltip title={copied ? 'Copied' : `Copy ${label}`}>
      <IconButton size="small" aria-label={`Copy ${label}`} onClick={copy} sx={{ p: 0.5 }}>
        <CopyIcon sx={{ fontSize: 14 }} />
      </IconButton>
    </Tooltip>
  )
}
