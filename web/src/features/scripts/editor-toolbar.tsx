import type { RuntimeList } from '@braid/contract/execution.ts'
import { scriptLanguages } from '@braid/contract/script.ts'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import IconButton from '@mui/material/IconButton'
import Menu from '@mui/material/Menu'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import Tooltip from '@mui/material/Tooltip'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useRef, useState } from 'react'
import { DownloadIcon, ListIcon, UploadIcon } from '../../frame/icons.tsx'
import { useNotices } from '../../frame/notices.tsx'
import { saveText } from '../../frame/save-text.ts'
import { fileNameOf, languageNames, languageOfFile, type ScriptLanguage } from '../../script/language.ts'
import { exampleScriptsQuery } from '../../script/script-queries.ts'
import type { Content } from './draft.ts'
import { versionsOf } from './runnable.ts'
import { readScriptFile } from './upload.ts'

type ToolbarProps = {
  readonly content: Content
  /** For the name of the file. */
  readonly name: string
  readonly runtimes: RuntimeList
  readonly readOnly: boolean
  readonly onChange: (changes: Partial<Content>) => void
  /** Something else is put into the editor. */
  readonly onReplace: (content: Partial<Content>, notice: string) => void
}

/** Language and version, and where the text comes from and goes to. */
export function EditorToolbar(props: ToolbarProps): ReactNode {
  const { content, runtimes, readOnly, onChange } = props
  const newest = (language: ScriptLanguage): string =>
    versionsOf(runtimes, language)[0] ?? (language === content.language ? content.languageVersion : '')
  const replace = (source: string, language: ScriptLanguage): void => {
    const languageVersion = language === content.language ? content.languageVersion : newest(language)
    props.onReplace({ source, language, languageVersion }, 'The editor has another text now.')
  }
  return (
    <Box
      sx={{
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        gap: 1,
        px: { xs: 2, md: 3 },
        py: 1.25,
        borderBottom: 1,
        borderColor: 'divider',
      }}
    >
      <TextField
        select
        label="Language"
        value={content.language}
        disabled={readOnly}
        sx={{ minWidth: 130 }}
        onChange={(event) => {
          const language = event.target.value as ScriptLanguage
          onChange({ language, languageVersion: newest(language) })
        }}
      >
        {scriptLanguages.map((language) => (
          <MenuItem key={language} value={language}>
            {languageNames[language]}
            {versionsOf(runtimes, language).length === 0 && ' (not here)'}
          </MenuItem>
        ))}
      </TextField>
      <VersionField {...props} />
      <Box sx={{ flex: 1 }} />
      {!readOnly && (
        <>
          <ExamplesMenu onChoose={replace} />
          <UploadButton language={content.language} onText={replace} />
        </>
      )}
      <Tooltip title="Export as a file">
        <span>
          <IconButton
            size="small"
            aria-label="Export as a file"
            disabled={content.source === ''}
            onClick={() => saveText(content.source, fileNameOf(props.name, content.language))}
          >
            <DownloadIcon fontSize="small" />
          </IconButton>
        </span>
      </Tooltip>
    </Box>
  )
}

function VersionField({ content, runtimes, readOnly, onChange }: ToolbarProps): ReactNode {
  const here = versionsOf(runtimes, content.language)
  const value = content.languageVersion
  const set = (languageVersion: string): void => onChange({ languageVersion })
  if (here.length === 0)
    return (
      <TextField
        label="Version"
        value={value}
        placeholder="3.12"
        disabled={readOnly}
        sx={{ width: 100 }}
        slotProps={{ inputLabel: { shrink: true } }}
        onChange={(event) => set(event.target.value)}
      />
    )
  return (
    <TextField
      select
      label="Version"
      value={value}
      disabled={readOnly}
      sx={{ minWidth: 100 }}
      onChange={(event) => set(event.target.value)}
    >
      {[...here, ...(here.includes(value) ? [] : [value])].map((version) => (
        <MenuItem key={version} value={version}>
          {version}
          {!here.includes(version) && ' (not here)'}
        </MenuItem>
      ))}
    </TextField>
  )
}

function ExamplesMenu(props: {
  readonly onChoose: (source: string, language: ScriptLanguage) => void
}): ReactNode {
  const examples = useQuery(exampleScriptsQuery)
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  if (examples.data === undefined || examples.data.length === 0) return null
  return (
    <>
      <Button
        size="small"
        startIcon={<ListIcon />}
        aria-haspopup="menu"
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        Examples
      </Button>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {examples.data.map(({ language, title, script }) => (
          <MenuItem
            key={`${language} ${title}`}
            onClick={() => {
              setAnchor(null)
              props.onChoose(script, language)
            }}
          >
            {languageNames[language]}: {title}
          </MenuItem>
        ))}
      </Menu>
    </>
  )
}

function UploadButton(props: {
  readonly language: ScriptLanguage
  readonly onText: (source: string, language: ScriptLanguage) => void
}): ReactNode {
  const chooser = useRef<HTMLInputElement>(null)
  const show = useNotices()
  const read = async (file: File): Promise<void> => {
    const found = await readScriptFile(file)
    if (found.ok) props.onText(found.text, languageOfFile(file.name) ?? props.language)
    else show({ severity: 'error', text: found.message })
  }
  return (
    <>
      <Tooltip title="Upload a file">
        <IconButton size="small" aria-label="Upload a file" onClick={() => chooser.current?.click()}>
          <UploadIcon fontSize="small" />
        </IconButton>
      </Tooltip>
      <input
        ref={chooser}
        type="file"
        hidden
        aria-label="File with a script"
        onChange={(event) => {
          const [file] = event.target.files ?? []
          // The same file may be chosen again.
          event.target.value = ''
          if (file !== undefined) void read(file)
        }}
      />
    </>
  )
}
