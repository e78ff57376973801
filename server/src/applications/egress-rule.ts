/** Where outgoing calls of applications may go: to public addresses, and to what the operator names. */
import { failure, type Result, success } from '@braid/core/base/result.ts'
import ipaddr from 'ipaddr.js'

type Address = ipaddr.IPv4 | ipaddr.IPv6
type Range = [Address, number]

export type EgressRule = {
  /** Whether private addresses are fine for a host by this name. */
  allowsHost(hostname: string): boolean
  allowsAddress(address: string): boolean
}

const hostname = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9])?)*$/i

/** `allowed`: host names, addresses and CIDR ranges. The error names the entry that is none of them. */
export function egressRule(allowed: readonly string[]): Result<EgressRule, string> {
  const hosts = new Set<string>()
  const ranges: Range[] = []
  for (const entry of allowed) {
    const range = rangeOf(entry)
    if (range !== undefined) ranges.push(range)
    else if (hostname.test(entry) && !/^[\d.]+$/.test(entry)) hosts.add(entry.toLowerCase())
    else return failure(`expected a host name, an address or a range such as 10.0.0.0/8, got ${entry}`)
  }
  return success({
    allowsHost: (name) => hosts.has(withoutDot(name)),
    allowsAddress: (text) => {
      const address = parse(text)
      if (address === undefined) return false
      return address.range() === 'unicast' || ranges.some((range) => contains(range, address))
    },
  })
}

const withoutDot = (name: string): string => name.toLowerCase().replace(/\.$/, '')

/** An IPv4 address that is written as one of IPv6 is what it stands for. */
function parse(text: string): Address | undefined {
  const bare = text.replace(/^\[|\]$/g, '')
  return ipaddr.isValid(bare) ? ipaddr.process(bare) : undefined
}

function rangeOf(entry: string): Range | undefined {
  if (ipaddr.isValidCIDR(entry)) return ipaddr.parseCIDR(entry) as Range
  const isAddress = ipaddr.IPv4.isValidFourPartDecimal(entry) || ipaddr.IPv6.isValid(entry)
  const address = isAddress ? parse(entry) : undefined
  return address === undefined ? undefined : [address, address.kind() === 'ipv4' ? 32 : 128]
}

function contains([base, bits]: Range, address: Address): boolean {
  if (address instanceof ipaddr.IPv4) return base instanceof ipaddr.IPv4 && address.match(base, bits)
  return base instanceof ipaddr.IPv6 && address.match(base, bits)
}
