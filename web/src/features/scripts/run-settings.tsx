import { defaultMaxAttempts, executionPriorities, type RuntimeList } from '@braid/contract/execution.ts'
import Accordion from '@mui/material/Accordion'
import AccordionDetails from '@mui/material/AccordionDetails'
import AccordionSummary from '@mui/material/AccordionSummary'
import Box from '@mui/material/Box'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'
import { ExpandIcon } from '../../frame/icons.tsx'
import { JsonEditor } from '../../frame/json-editor.tsx'
import { priorityNames, sizeText } from '../../script/execution-state.ts'
import { inputHints, type ScriptLanguage } from '../../script/language.ts'
import { monospace } from '../../theme/theme.ts'
import { type Settings, usualSettings } from './draft.ts'
import { timeoutProblem } from './runnable.ts'

const hurried = ['critical', 'high'] as const

type SettingsProps = {
  readonly language: ScriptLanguage
  readonly settings: Settings
  readonly runtimes: RuntimeList
  readonly mayPrioritize: boolean
  readonly onChange: (changes: Partial<Settings>) => void
}

/** What a run is given, and how long it may take. */
export function RunSettings(props: SettingsProps): ReactNode {
  return (
    <Accordion
      disableGutters
      square
      variant="outlined"
      slotProps={{ heading: { component: 'h2' } }}
      sx={{
        border: 0,
        borderTop: 1,
        borderColor: 'divider',
        flexShrink: 0,
        '&::before': { display: 'none' },
      }}
    >
      <AccordionSummary
        expandIcon={<ExpandIcon sx={{ fontSize: 18, transform: 'rotate(90deg)' }} />}
        sx={{
          px: { xs: 2, md: 3 },
          minHeight: 40,
          '& .MuiAccordionSummary-content': { my: 0.5, minWidth: 0 },
        }}
      >
        <Typography variant="body2" sx={{ fontWeight: 600, mr: 1.5 }}>
          Input and limits
        </Typography>
        <Typography variant="body2" noWrap sx={{ color: 'text.secondary' }}>
          {summaryOf(props.settings)}
        </Typography>
      </AccordionSummary>
      <AccordionDetails sx={{ px: { xs: 2, md: 3 }, maxHeight: '45vh', overflow: 'auto' }}>
        <Fields {...props} />
        <Hint language={props.language} />
        <Limits runtimes={props.runtimes} />
      </AccordionDetails>
    </Accordion>
  )
}

function Fields({ settings, runtimes, mayPrioritize, onChange }: SettingsProps): ReactNode {
  const { maxTimeoutMs } = runtimes.limits
  const problem = timeoutProblem(settings.timeout, maxTimeoutMs)
  return (
    <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: { xs: '1fr', sm: '1fr 1fr' } }}>
      <TextField
        label="Standard input"
        value={settings.stdin}
        multiline
        minRows={4}
        maxRows={10}
        onChange={(event) => onChange({ stdin: event.target.value })}
        slotProps={{
          input: { sx: { fontFamily: monospace, fontSize: '0.8125rem' } },
          htmlInput: { spellCheck: false },
        }}
      />
      <JsonEditor
        label="Input (JSON)"
        text={settings.input}
        minRows={4}
        maxRows={10}
        onChange={(input) => onChange({ input })}
      />
      <TextField
        label="Timeout in seconds"
        value={settings.timeout}
        error={problem !== undefined}
        helperText={problem ?? `At most ${maxTimeoutMs / 1_000}`}
        slotProps={{ htmlInput: { inputMode: 'decimal' } }}
        onChange={(event) => onChange({ timeout: event.target.value })}
      />
      <TextField
        select
        label="Priority"
        value={settings.priority}
        helperText={mayPrioritize ? 'Who runs first when many wait' : 'Above normal needs another role'}
        onChange={(event) => onChange({ priority: event.target.value as Settings['priority'] })}
      >
        {executionPriorities.map((priority) => (
          <MenuItem
            key={priority}
            value={priority}
            disabled={!mayPrioritize && hurried.some((one) => one === priority)}
          >
            {priorityNames[priority]}
          </MenuItem>
        ))}
      </TextField>
      <TextField
        select
        label="If its server is lost"
        value={settings.beginsAgain ? 'again' : 'never'}
        helperText={
          settings.beginsAgain
            ? `It is begun at most ${defaultMaxAttempts} times`
            : 'What it may have done is not done twice'
        }
        onChange={(event) => onChange({ beginsAgain: event.target.value === 'again' })}
      >
        <MenuItem value="again">Begin again on another</MenuItem>
        <MenuItem value="never">Give up</MenuItem>
      </TextField>
    </Box>
  )
}

function Hint({ language }: Pick<SettingsProps, 'language'>): ReactNode {
  return (
    <Typography variant="caption" component="p" sx={{ color: 'text.secondary', mt: 1.5, mb: 0 }}>
      The JSON is read, and a result given back, with{' '}
      <Box component="code" sx={{ fontFamily: monospace }}>
        {inputHints[language]}
      </Box>
    </Typography>
  )
}

function Limits({ runtimes }: Pick<SettingsProps, 'runtimes'>): ReactNode {
  const { limits, unconfined } = runtimes
  // Where nothing runs, nothing is known about limits.
  if (runtimes.items.length === 0) return null
  return (
    <Typography variant="caption" component="p" sx={{ color: 'text.secondary', mt: 0.5, mb: 0 }}>
      Each run has at most {sizeText(limits.memoryBytes)} of memory, {sizeText(limits.diskBytes)} of files,{' '}
      {limits.cpus} CPU and {limits.processes} processes
      {unconfined ? '' : ', and no network'}. Of its output, {sizeText(limits.outputBytes)} are kept.
    </Typography>
  )
}

const summaryOf = ({ stdin, input, timeout, priority, beginsAgain }: Settings): string =>
  [
    stdin === '' ? undefined : 'standard input',
    input.trim() === '' ? undefined : 'JSON',
    `${timeout} s`,
    priority === usualSettings.priority ? undefined : `${priorityNames[priority].toLowerCase()} priority`,
    beginsAgain ? undefined : 'begun once',
  ]
    .filter((part) => part !== undefined)
    .join(' · ')
