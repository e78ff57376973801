import type { Session } from '@braid/contract/access.ts'
import type { ScriptWithSource } from '@braid/contract/script.ts'
import Box from '@mui/material/Box'
import Link from '@mui/material/Link'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'
import { Link as RouterLink } from 'react-router'
import { may } from '../../api/session.ts'
import { CopyButton } from '../../frame/copyable.tsx'
import { monospace } from '../../theme/theme.ts'
import { executeCommand, resultCommand } from './curl.ts'

type ApiTabProps = {
  readonly session: Session
  readonly script: ScriptWithSource
  /** As JSON, as it was typed. */
  readonly input: string
}

/** How programs run it. */
export function ApiTab({ session, script, input }: ApiTabProps): ReactNode {
  const { origin } = location
  return (
    <Box sx={{ height: '100%', overflow: 'auto', p: 2, display: 'grid', gap: 2, alignContent: 'start' }}>
      <Typography variant="h2">Run from a program</Typography>
      <Command label="the request" text={executeCommand({ origin, scriptKey: script.scriptKey, input })}>
        Runs the version saved last, with the input of Input and limits, and answers with an executionKey.
      </Command>
      <Command label="the question" text={resultCommand(origin)}>
        Asks, with that executionKey, how the run goes: its state, what it wrote, and its result once it is
        over.
      </Command>
      <KeyHint session={session} script={script} />
    </Box>
  )
}

/** Keys see what their maker sees. */
function KeyHint({ session, script }: Omit<ApiTabProps, 'input'>): ReactNode {
  const makesKeys = may(session, 'api-key:read')
  return (
    <Typography variant="body2" sx={{ color: 'text.secondary' }}>
      BRAID_KEY holds an access key.{' '}
      {makesKeys ? (
        <>
          Make one under{' '}
          <Link component={RouterLink} to="/access-keys">
            Access keys
          </Link>
          : “Run scripts” is all that it needs to be allowed.
        </>
      ) : (
        `An administrator makes them${script.shared ? '' : ', and theirs run it once it is shared'}.`
      )}
    </Typography>
  )
}

function Command(props: {
  readonly label: string
  readonly text: string
  readonly children: string
}): ReactNode {
  const { label, text, children } = props
  return (
    <Box>
      <Typography variant="body2" sx={{ mb: 0.75 }}>
        {children}
      </Typography>
      <Box
        sx={{ position: 'relative', background: 'var(--braid-palette-background-default)', borderRadius: 1 }}
      >
        <Box
          component="pre"
          aria-label={`Command for ${label}`}
          // Scrolls: in reach of the keyboard.
          tabIndex={0}
          sx={{
            m: 0,
            p: 1.5,
            pr: 5,
            maxHeight: 320,
            overflow: 'auto',
            fontFamily: monospace,
            fontSize: '0.75rem',
            lineHeight: 1.6,
            whiteSpace: 'pre-wrap',
            overflowWrap: 'anywhere',
          }}
        >
          {text}
        </Box>
        <Box sx={{ position: 'absolute', top: 6, right: 6 }}>
          <CopyButton text={text} label={label} />
        </Box>
      </Box>
    </Box>
  )
}
