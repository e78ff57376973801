import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import { type ReactNode, useEffect, useEffectEvent, useRef, useState } from 'react'
import { UploadIcon } from '../frame/icons.tsx'
import { acceptedFiles } from './use-deploy.ts'

const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false

/** While it is on the page, files may be dropped anywhere in the window. */
export function DropZone({ onFiles }: { readonly onFiles: (files: readonly File[]) => void }): ReactNode {
  const [over, setOver] = useState(false)
  const dropped = useEffectEvent((files: readonly File[]) => onFiles(files))

  useEffect(() => {
    // Entering a child fires before leaving its parent: count, so that the sign does not flicker.
    let depth = 0
    const enter = (event: DragEvent): void => {
      if (!carriesFiles(event)) return
      depth += 1
      setOver(true)
    }
    const leave = (event: DragEvent): void => {
      if (!carriesFiles(event)) return
      depth -= 1
      if (depth <= 0) setOver(false)
    }
    const allow = (event: DragEvent): void => {
      if (carriesFiles(event)) event.preventDefault()
    }
    const drop = (event: DragEvent): void => {
      if (!carriesFiles(event)) return
      event.preventDefault()
      depth = 0
      setOver(false)
      dropped([...(event.dataTransfer?.files ?? [])])
    }
    const listeners = { dragenter: enter, dragleave: leave, dragover: allow, drop } as const
    for (const [type, listener] of Object.entries(listeners))
      window.addEventListener(type as 'drop', listener)
    return () => {
      for (const [type, listener] of Object.entries(listeners))
        window.removeEventListener(type as 'drop', listener)
    }
  }, [])

  if (!over) return null
  return (
    <Box
      sx={{
        position: 'fixed',
        inset: 0,
        zIndex: 1400,
        p: 3,
        pointerEvents: 'none',
        background: 'color-mix(in srgb, var(--braid-palette-background-default) 80%, transparent)',
        backdropFilter: 'blur(2px)',
      }}
    >
      <Box
        sx={{
          height: '100%',
          display: 'grid',
          placeContent: 'center',
          justifyItems: 'center',
          gap: 1,
          borderRadius: 3,
          border: '2px dashed var(--braid-palette-primary-main)',
          color: 'primary.main',
        }}
      >
        <UploadIcon sx={{ fontSize: 44 }} />
        <Typography variant="h1" component="p">
          Drop to deploy
        </Typography>
        <Typography sx={{ color: 'text.secondary' }}>
          BPMN processes and forms, all of them or none
        </Typography>
      </Box>
    </Box>
  )
}

export function DeployButton(props: {
  readonly onFiles: (files: readonly File[]) => void
  readonly pending: boolean
  readonly variant?: 'contained' | 'outlined'
  readonly label?: string
}): ReactNode {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept={acceptedFiles}
        onChange={(event) => {
          props.onFiles([...(event.target.files ?? [])])
          event.target.value = ''
        }}
      />
      <Button
        variant={props.variant ?? 'contained'}
        startIcon={<UploadIcon />}
        loading={props.pending}
        onClick={() => input.current?.click()}
      >
        {props.label ?? 'Deploy files'}
      </Button>
    </>
  )
}
