import Button from '@mui/material/Button'
import Menu from '@mui/material/Menu'
import MenuItem from '@mui/material/MenuItem'
import { useMutation } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { DownloadIcon } from '../frame/icons.tsx'
import { useFailureNotice } from '../frame/notices.tsx'
import { downloadPng } from './svg-to-png.ts'

/** The graph as a file: SVG and DOT come from the server, PNG is drawn here. */
export function ExportMenu(props: {
  /** Without its ending. */
  readonly fileName: string
  readonly svg: string
  readonly dot?: string
}): ReactNode {
  const { fileName, svg, dot } = props
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const onError = useFailureNotice()
  const png = useMutation({ mutationFn: () => downloadPng(svg, `${fileName}.png`), onError })
  const close = (): void => setAnchor(null)
  return (
    <>
      <Button
        size="small"
        color="inherit"
        startIcon={<DownloadIcon />}
        loading={png.isPending}
        aria-haspopup="menu"
        onClick={(event) => setAnchor(event.currentTarget)}
        sx={{ color: 'text.secondary' }}
      >
        Export
      </Button>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={close}>
        <MenuItem component="a" href={svg} download={`${fileName}.svg`} onClick={close}>
          SVG
        </MenuItem>
        <MenuItem
          onClick={() => {
            close()
            png.mutate()
          }}
        >
          PNG
        </MenuItem>
        {dot !== undefined && (
          <MenuItem component="a" href={dot} download={`${fileName}.dot`} onClick={close}>
            DOT (Graphviz)
          </MenuItem>
        )}
      </Menu>
    </>
  )
}
