/** Images are drawn so many times larger than their SVG says, for sharp print. */
const scale = 2
/** Browsers refuse larger canvases. */
const mostPixels = 8_000

/** Draws an SVG in the browser and hands it to the person as a PNG file. */
export async function downloadPng(svgUrl: string, fileName: string): Promise<void> {
  const response = await fetch(svgUrl, { credentials: 'same-origin' })
  if (!response.ok) throw new Error(`The drawing can’t be read: the server answered ${response.status}.`)
  const source = URL.createObjectURL(new Blob([await response.text()], { type: 'image/svg+xml' }))
  try {
    const image = new Image()
    image.src = source
    await image.decode()
    const png = await drawn(image)
    const link = document.createElement('a')
    link.href = URL.createObjectURL(png)
    link.download = fileName
    link.click()
    URL.revokeObjectURL(link.href)
  } finally {
    URL.revokeObjectURL(source)
  }
}

function drawn(image: HTMLImageElement): Promise<Blob> {
  const factor = Math.min(scale, mostPixels / Math.max(image.naturalWidth, image.naturalHeight))
  const canvas = document.createElement('canvas')
  canvas.width = Math.ceil(image.naturalWidth * factor)
  canvas.height = Math.ceil(image.naturalHeight * factor)
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob === null ? reject(new Error('The drawing is too large.')) : resolve(blob))),
  )
}
