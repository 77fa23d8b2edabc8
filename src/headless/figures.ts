// A relay's figures, for people and for Prometheus.

import type { WatchStats } from '../session/session-api.ts';

/** One line for a person. */
export function figuresLine(stats: WatchStats): string {
  const { state, depth, childIds, bytesReceived, bytesRelayed, packetsMissing, rejected } = stats;
  const place = depth === null ? '' : `, depth ${depth}`;
  const bytes = `${megabytes(bytesReceived)} in, ${megabytes(bytesRelayed)} out`;
  return `${state}${place}, ${childIds.length} children, ${bytes}, ${packetsMissing} missing, ${rejected} rejected`;
}

/** Prometheus text format 0.0.4. No id and no address is in it. */
export function figuresMetrics(stats: WatchStats): string {
  const metrics: [name: string, kind: 'gauge' | 'counter', help: string, value: number][] = [
    ['live', 'gauge', 'Whether the feed arrives: 1 or 0.', stats.state === 'live' ? 1 : 0],
    ['depth', 'gauge', 'Hops from the broadcaster; -1 without a parent.', stats.depth ?? -1],
    ['children', 'gauge', 'Viewers fed by this relay.', stats.childIds.length],
    ['received_bytes_total', 'counter', 'Media bytes received.', stats.bytesReceived],
    ['relayed_bytes_total', 'counter', 'Media bytes sent to children.', stats.bytesRelayed],
    ['packets_received_total', 'counter', 'Packets received.', stats.packetsReceived],
    ['packets_missing_total', 'counter', 'Packets that never came.', stats.packetsMissing],
    ['packets_skipped_total', 'counter', 'Packets left out by announcement.', stats.packetsSkipped],
    ['rejected_total', 'counter', 'Messages refused by the integrity gate.', stats.rejected],
    ['reparents_total', 'counter', 'Changes of parent.', stats.reparents],
    ['repairs_total', 'counter', 'Packets obtained from a standby.', stats.repairs],
  ];
  return metrics
    .map(
      ([name, kind, help, value]) =>
        `# HELP lucarne_relay_${name} ${help}\n# TYPE lucarne_relay_${name} ${kind}\nlucarne_relay_${name} ${value}\n`,
    )
    .join('');
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
