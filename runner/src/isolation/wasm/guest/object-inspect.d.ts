declare module 'object-inspect' {
  export default function inspect(
    value: unknown,
    options: { readonly depth: number; readonly customInspect: boolean },
  ): string
}
